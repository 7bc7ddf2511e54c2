#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy over many units, as many at once as there are cores, and not again over what it found clean.

usage: tools/tidy.py src|all|changed [--budget SECONDS]     (./dev lint; build/clang must be configured)

  src       the units of src/, and one unit that includes every public header
  all       the same, and the units of tests, examples and benchmarks
  changed   the units that differ from the last commit; the one of the headers only if a header does

With a budget no unit is begun once that many seconds are over; how many were left out is printed. Exit status 1: clang-tidy
found something. What it said of each unit is in build/log/tidy.

A unit that was found clean leaves a file in the user's cache. Its name is a digest of everything that the answer depends
on: the unit as it is compiled, with its comments, which may switch a check off; the checks; the version of clang-tidy.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = "build/clang"
LOGS = Path("build/log/tidy")
# Any from 14 on: by its plain name, or with a version.
TIDY = next(filter(shutil.which, ["clang-tidy", *(f"clang-tidy-{version}" for version in range(40, 13, -1))]), "clang-tidy")
# The headers are checked through the unit that includes all of them, and through the sources that use them.
EVERY_HEADER = f"{BUILD}/tests/two_units/every_a.cpp"
# What must not compile, and the fuzzers, are not compiled in this build.
ALL = ["src/*.cpp", "tests/*.cpp", "examples/*.cpp", "benchmarks/*.cpp", ":!tests/compile_fail/*", ":!tests/fuzz/*"]
CHANGED = re.compile(r"(?!tests/(?:compile_fail|fuzz)/)(?:src|tests|examples|benchmarks)/.*\.cpp")
HEADER = f"{BUILD}/tests/two_units/every_a.cpp"
# What must not compile, and the fuzzers, are not compiled in this build.
ALL = ["src/*.cpp", "tests/*.cpp", "examples/*.cpp", "benchmarks/*.cpp", ":!tests/compile_fail/*", ":!tests/fuzz/*"]
CHANGED = re.compile(r"(?:src|examples|benchmarks|tests/(?!compile_fail/|fuzz/).*)/.*\.cpp|tests/[^/]*\.cpp")
HEADER = re.compile(r".*\.(?:hpp|h|inc)")


def git(*arguments):
    done = subprocess.run(["git", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", check=False)
    return {name for name in done.stdout.split("\0") if name}


def units_of(scope):
    """The units, the largest first, so that no core is left alone with it at the end."""
    every = [EVERY_HEADER]
    if scope == "changed":
        names = git("diff", "-z", "--name-only", "HEAD") | git("ls-files", "-z", "--others", "--exclude-standard")
        if not any(HEADER.fullmatch(name) for name in names):
            every = []
        names = {name for name in names if CHANGED.fullmatch(name)}
    else:
        names = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *(ALL if scope == "all" else ALL[:1]))
    return every + sorted(filter(os.path.exists, names), key=lambda name: (-os.path.getsize(name), name))


def commands():
    """How each unit is compiled, by its resolved path."""
    database = json.loads(Path(BUILD, "compile_commands.json").read_text("utf-8"))
    return {Path(one["directory"], one["file"]).resolve(): one for one in reversed(database)}


def key_of(unit, command, fixed):
    """The digest for a unit, or nothing where it does not compile."""
    if command is None:
        return None
    words = shlex.split(command["command"])
    words = words[1:] if words[0].endswith("ccache") else words
    output = words.index("-o")
    del words[output:output + 2]
    # Without the places of files: another clone has the same text.
    done = subprocess.run([*words, "-E", "-P", "-C"], cwd=command["directory"], capture_output=True, check=False)
    return hashlib.sha256(done.stdout + fixed + unit.encode()).hexdigest() if done.returncode == 0 else None


class Tidy:
    def __init__(self, budget):
        self.clean = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pricepoint" / "tidy"
        self.end = time.time() + budget if budget else None
        self.commands = commands()
        self.fixed = Path(".clang-tidy").read_bytes() + subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
        self.skipped = 0

    def check(self, unit):
        """What clang-tidy complains about; nothing where the unit is clean."""
        if self.end and time.time() >= self.end:
            self.skipped += 1
            return None
        key = key_of(unit, self.commands.get(Path(unit).resolve()), self.fixed)
        if key and (self.clean / key).exists():
            return None
        done = subprocess.run([TIDY, "-p", BUILD, "--quiet", unit], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        (LOGS / (unit.replace("/", "_") + ".log")).write_bytes(done.stdout)
        if done.returncode != 0:
            return done.stdout.decode("utf-8", "replace")
        if key:
            self.clean.mkdir(parents=True, exist_ok=True)
            (self.clean / key).touch()
        return None


def main():
    parser = argparse.ArgumentParser(description="Runs clang-tidy over many units.")
    parser.add_argument("scope", choices=("src", "all", "changed"))
    parser.add_argument("--budget", type=int, default=0, metavar="SECONDS")
    arguments = parser.parse_args()
    start = time.monotonic()
    units = units_of(arguments.scope)
    if not units:
        print("tidy: nothing to check")
        return 0
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir(parents=True)
    tidy = Tidy(arguments.budget)
    failed = False
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        running = [pool.submit(tidy.check, unit) for unit in units]
        try:
            for one in concurrent.futures.as_completed(running):
                if (complaint := one.result()) is not None:
                    failed = True
                    print(complaint, end="", flush=True)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    print(f"tidy of {len(units)} units: {'FAILED' if failed else 'done'} ({int(time.monotonic() - start)} s)")
    if tidy.skipped and not failed:
        print(f"tidy: {tidy.skipped} units were not checked, the {arguments.budget} s were over")
    return 1 if failed else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
