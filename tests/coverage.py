#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How much of include/ and src/ the tests of an instrumented build have run, by directory, and whether it is enough.

usage: tests/coverage.py BUILD_DIRECTORY [--lines 95] [--branches 90] [--uncovered N]

Reads what gcovr (Debian's package) finds below the build directory. Branches that only an exception takes, and those
that the compiler knows to be dead, are no branches here. --uncovered lists the N files with most lines that nothing ran.
Exit status 1: less than the floors. [REL-80]
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def summary(build):
    made = build / "coverage.json"
    command = ["gcovr", "--root", ROOT, "--filter", f"{ROOT}/include/", "--filter", f"{ROOT}/src/", "--exclude-throw-branches",
               "--exclude-unreachable-branches", "--exclude-noncode-lines", "--gcov-ignore-parse-errors", "-j", "2",
               "--json-summary", made, build]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        sys.exit(f"gcovr: {done.stderr[-2000:]}")
    return json.loads(made.read_text("utf-8"))["files"]


def percent(part, whole):
    return 100.0 * part / whole if whole else 100.0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--lines", type=float, default=95)
    parser.add_argument("--branches", type=float, default=90)
    parser.add_argument("--uncovered", type=int, default=10)
    arguments = parser.parse_args()

    files = summary(arguments.build.resolve())
    counts = collections.defaultdict(lambda: [0, 0, 0, 0])
    for one in files:
        for place in (str(pathlib.Path(one["filename"]).parent), "all"):
            for i, key in enumerate(("line_covered", "line_total", "branch_covered", "branch_total")):
                counts[place][i] += one[key]
    print(f"{'':36} {'lines':>8} {'':>7} {'branches':>10}")
    for place in sorted(counts, key=lambda name: (name == "all", name)):
        lines, all_lines, branches, all_branches = counts[place]
        print(f"{place:36} {all_lines:8} {percent(lines, all_lines):6.1f}% {all_branches:10} {percent(branches, all_branches):6.1f}%")
    worst = sorted(files, key=lambda one: one["line_covered"] - one["line_total"])[: arguments.uncovered]
    print("\nfiles with most lines that nothing ran:")
    for one in worst:
        missed, branches = one["line_total"] - one["line_covered"], one["branch_total"] - one["branch_covered"]
        print(f"  {missed:5} lines, {branches:5} branches  {one['filename']}")
    lines, all_lines, branches, all_branches = counts["all"]
    low = [f"{name} {value:.1f}% are less than {floor:g}%" for name, value, floor in
           (("lines", percent(lines, all_lines), arguments.lines),
            ("branches", percent(branches, all_branches), arguments.branches)) if value < floor]
    for one in low:
        print(one, file=sys.stderr)
    return 1 if low or not files else 0


if __name__ == "__main__":
    sys.exit(main())
