#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How much of include/ and src/ the tests of an instrumented build have run, by directory, and whether it is enough.

usage: tools/coverage.py BUILD_DIRECTORY [--lines 95] [--branches 90] [--uncovered N] [--show FILE]

Asks gcov about every object below the build directory. A line that several functions are made of (templates) counts as run
where any of them was, and so do branches. No branches are, since nothing in the source decides them: the two ways out of a
call that may throw, return and exception; what tidies up on a line behind an exception, which gcov counts like conditions
(handlers are lines of their own, and count); and those of lines without a condition. --uncovered lists the N
files with most lines that nothing ran, --show the lines of one. Exit status 1: less than the floors. [REL-80]
"""

import argparse
import collections
import concurrent.futures
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


# g++ counts the ways out of destructors as branches of the line that made the object.
CONDITION = re.compile(r"\b(?:if|while|for|switch|case)\b|\?|&&|\|\|")
# In gcov's text: $$$$$ stands for a block that only exceptions lead to, and that did not run.
SOURCE = re.compile(r" *-: +0:Source:(.*)")
PLACE = re.compile(r" *([^ :*]+)\*?: *([0-9]+)(-block|:)")


def gcov(build, data, *how):
    command = ["gcov", "--stdout", "--branch-probabilities", *how, data]
    done = subprocess.run(command, capture_output=True, check=False, cwd=build)
    return gzip.decompress(done.stdout) if done.stdout[:2] == b"\x1f\x8b" else done.stdout


def own_name(build, said):
    """The name of one of our own files from the root, or None. What the compiler was told is absolute or from `build`."""
    name = os.path.relpath(os.path.normpath(build / said), ROOT)
    return name if name.startswith(("include/", "src/")) else None


def exceptional_of(build, data):
    """{(file, line): [whether only exceptions lead to the branch]}, in the order of gcov's JSON, which does not say it.

    Of lines that nothing but exceptions leads to, a handler's, none is said to be so: their conditions are conditions.
    """
    made, normal = {}, set()
    name, place, exceptional = None, None, False
    for line in gcov(build, data, "--all-blocks").decode("utf-8", "replace").splitlines():
        if line.startswith("branch "):
            if name:
                made.setdefault(place, []).append(exceptional)
        elif source := SOURCE.match(line):
            name = own_name(build, source[1])
        elif begins := PLACE.match(line):
            place, exceptional = (name, int(begins[2])), begins[1].startswith("$")
            if begins[3] == "-block" and not exceptional:
                normal.add(place)
    return {place: [one and place in normal for one in branches] for place, branches in made.items()}


def asked(build, data):
    """What gcov says about one object: {file: {line: [count, [branch counts]]}} for our own files."""
    made = {}
    exceptional = exceptional_of(build, data)
    for report in gcov(build, data, "--json-format").splitlines():
        for file in json.loads(report)["files"]:
            name = own_name(build, file["file"])
            lines = made.setdefault(name, {}) if name else None
            for line in file["lines"] if name else ():
                branches = line["branches"]
                rest = exceptional.get((name, line["line_number"]), [])
                left_out, rest[:] = rest[:len(branches)], rest[len(branches):]
                if len(left_out) != len(branches):  # of a few templates the text has another number: all count
                    left_out = [False] * len(branches)
                for i, branch in enumerate(branches):
                    if branch["throw"]:  # behind its call's return
                        left_out[i - 1] = left_out[i] = True
                take(lines, line["line_number"], line["count"],
                     [branch["count"] for branch, out in zip(branches, left_out) if not out])
    return made


def take(lines, number, count, branches):
    known = lines.setdefault(number, [0, []])
    known[0] = max(known[0], count)
    # Instances of a template differ in what the compiler left of a line: each has its branches in order.
    known[1] += [0] * (len(branches) - len(known[1]))
    for i, one in enumerate(branches):
        known[1][i] = max(known[1][i], one)


def summary(build):
    made = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        for part in workers.map(lambda data: asked(build, data), sorted(build.rglob("*.gcda"))):
            for name, lines in part.items():
                for number, (count, branches) in lines.items():
                    take(made.setdefault(name, {}), number, count, branches)
    files = []
    for name, lines in sorted(made.items()):
        text = (ROOT / name).read_text("utf-8").splitlines()
        for number in lines:
            if number > len(text) or not CONDITION.search(text[number - 1]):
                lines[number][1] = []
        branches = [one for _, all_branches in lines.values() if len(all_branches) > 1 for one in all_branches]
        files.append({"filename": name, "lines": lines,
                      "line_total": len(lines), "line_covered": sum(1 for count, _ in lines.values() if count > 0),
                      "branch_total": len(branches), "branch_covered": sum(1 for one in branches if one > 0)})
    return files


def show(files, name):
    for one in files:
        if one["filename"] != name:
            continue
        for number, text in enumerate((ROOT / name).read_text("utf-8").splitlines(), 1):
            count, branches = one["lines"].get(number, (None, []))
            missed = sum(1 for branch in branches if branch == 0) if len(branches) > 1 else 0
            if count == 0 or count is not None and missed:
                print(f"{number:5} {'never' if count == 0 else f'{missed} of {len(branches)} branches':18} {text}")


def percent(part, whole):
    return 100.0 * part / whole if whole else 100.0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--lines", type=float, default=95)
    parser.add_argument("--branches", type=float, default=90)
    parser.add_argument("--uncovered", type=int, default=10)
    parser.add_argument("--show", metavar="FILE")
    arguments = parser.parse_args()

    files = summary(arguments.build.resolve())
    if arguments.show:
        show(files, arguments.show)
        return 0
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
