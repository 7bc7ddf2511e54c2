#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Changes one place of the arithmetic, the shapes or the engine at a time, and looks whether a test notices.

usage: tests/mutate.py [COUNT] [--seed S] [--keep-going] [--list]

Works on a copy of the sources in build/mutate, with a build of its own at -O0 in which only unit_tests, agreement_main and
the tests of the engine's agreement are made. For each mutant: built, tests run until the first that fails. Reports killed,
survived (with the change) and uncompilable. The same seed takes the same mutants of the same sources. Exit status 1:
some survived. [REL-81]
"""

import argparse
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "mutate"
SOURCES = WORK / "source"
BUILD = WORK / "build"
PLACES = ["include/pricepoint/money", "include/pricepoint/shape", "include/pricepoint/engine", "src/engine"]
TARGETS = ["unit_tests", "agreement_main"]
# Hashes and sizes of caches change no answer: what mutants of these lines survive says nothing about the tests.
EQUIVALENT = re.compile(r"hash|reserve\(|static_assert|stats_|#|^\s*//|noexcept\(|constexpr std::size_t (max|most)_|template|operator<=>")

SWAPS = [
    (r"(?<![<>=!\-])<=(?!>)", "<"), (r"(?<![<>=!\-])>=(?!=)", ">"),
    (r" < (?=[\w(*])", " <= "), (r" > (?=[\w(*])", " >= "),
    (r"==", "!="), (r"!=", "=="),
    (r" \+ ", " - "), (r" - ", " + "), (r" \* ", " + "), (r" % ", " / "),
    (r"&&", "||"), (r"\|\|(?! *\[)", "&&"),
    (r"(?<=[(\s])!(?=[\w(*])", ""),
    (r"\+\+(?=\w)", "--"), (r"\+=", "-="), (r"-=", "+="),
    (r"\btrue\b", "false"), (r"\bfalse\b", "true"),
    (r"std::min\b(?=\()", "std::max"), (r"std::max\b(?=\()", "std::min"),
    (r"rounding::down\b", "rounding::up"), (r"rounding::up\b", "rounding::down"), (r"rounding::half_up\b", "rounding::down"),
    (r"\.begin\(\), (\w+)\.end\(\)", None),
]
NUMBER = re.compile(r"(?<![\w.'\"{])(\d{1,4})(?![\w.'\"])")
RETURN = re.compile(r"^(\s*)(?!return|break|continue|\}|\{|case|else|using|auto|const|static|constexpr|std::|for|while|if|#|//)"
                    r"[\w.\->\[\]()]+(\(|\s[+\-|]?=\s|\+\+).*;$")


def code_lines(text):
    """Numbers of the lines that hold code in the body of something, with comments and literals left aside."""
    for number, line in enumerate(text.split("\n")):
        stripped = line.split("//", 1)[0]
        if '"' in stripped or EQUIVALENT.search(line) or not stripped.strip():
            continue
        if re.match(r"^(namespace|using|class|struct|enum|public:|private:|friend|inline constexpr|constexpr)", stripped.strip()):
            continue
        yield number, stripped


def mutants():
    """All of them: (file, line, new line)."""
    made = []
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*.[hc]pp")):
            name = str(path.relative_to(ROOT))
            text = path.read_text("utf-8")
            lines = text.split("\n")
            for number, line in code_lines(text):
                rest = lines[number][len(line):]
                for pattern, into in SWAPS:
                    if into is None or "template" in line or ("<" in pattern or ">" in pattern) and re.search(r"\w<[\w:, ]+>", line):
                        continue
                    for match in re.finditer(pattern, line):
                        made.append((name, number, line[:match.start()] + into + line[match.end():] + rest))
                for match in NUMBER.finditer(line):
                    for step in (1, -1):
                        value = int(match.group(1)) + step
                        if value >= 0:
                            made.append((name, number, line[:match.start()] + str(value) + line[match.end():] + rest))
                if RETURN.match(line):
                    made.append((name, number, re.match(r"\s*", line).group() + "/* left out */;"))
    return made


def run(command, seconds, **more):
    try:
        return subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", timeout=seconds, check=False,
                              **more)
    except subprocess.TimeoutExpired:
        return None


def build():
    return run(["cmake", "--build", BUILD, "--parallel", str(os.cpu_count() or 1), "--target", *TARGETS], 3600)


def tests_fail():
    """The first test that notices, or nothing. What never ends is noticed, too."""
    for command, seconds in (([BUILD / "tests" / "unit_tests", "--gtest_brief=1", "--gtest_fail_fast"], 300),
                             ([BUILD / "tests" / "agreement_main", "1", "150"], 600)):
        done = run(command, seconds, cwd=SOURCES)
        if done is None:
            return f"{command[0].name} did not end"
        if done.returncode != 0:
            failed = re.search(r"\[  FAILED  \] (\S+)", done.stdout)
            return failed.group(1) if failed else f"{command[0].name}: exit {done.returncode}"
    return None


def prepare():
    WORK.mkdir(parents=True, exist_ok=True)
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                            capture_output=True, encoding="utf-8").stdout.split("\0")
    for name in filter(None, listed):
        to = SOURCES / name
        if not (ROOT / name).exists():
            to.unlink(missing_ok=True)
            continue
        text = (ROOT / name).read_bytes()
        # Only what differs: the build looks at times.
        if not to.exists() or to.read_bytes() != text:
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to)
    environment = {**os.environ, "CCACHE_BASEDIR": str(SOURCES)}
    os.environ.update(environment)
    configured = run(["cmake", "-S", SOURCES, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
                      "-DCMAKE_CXX_FLAGS_DEBUG=-O0", "-DPRICEPOINT_BUILD_BENCHMARKS=OFF", "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache",
                      "-DCMAKE_C_COMPILER_LAUNCHER=ccache", "-DPRICEPOINT_COMMA_LOCALE="], 600)
    if configured is None or configured.returncode != 0:
        sys.exit(f"cmake: {configured and configured.stderr[-2000:]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("count", nargs="?", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="show the mutants, build nothing")
    arguments = parser.parse_args()

    every = mutants()
    chosen = random.Random(arguments.seed).sample(every, min(arguments.count, len(every)))
    if arguments.list:
        for name, number, line in chosen:
            print(f"{name}:{number + 1}: {line.strip()}")
        print(f"{len(chosen)} of {len(every)} mutants")
        return 0
    prepare()
    base = build()
    if base is None or base.returncode != 0:
        sys.exit(f"the sources as they are do not build:\n{base and base.stdout[-2000:]}")
    if (failed := tests_fail()) is not None:
        sys.exit(f"the sources as they are do not pass: {failed}")
    killed, survived, broken = 0, [], 0
    for n, (name, number, line) in enumerate(chosen, 1):
        start = time.monotonic()
        path = SOURCES / name
        original = path.read_text("utf-8")
        lines = original.split("\n")
        before, lines[number] = lines[number], line
        try:
            path.write_text("\n".join(lines), "utf-8")
            made = build()
            if made is None or made.returncode != 0:
                broken += 1
                verdict = "uncompilable"
            elif (failed := tests_fail()) is not None:
                killed += 1
                verdict = f"killed by {failed}"
            else:
                survived.append((name, number, before, line))
                verdict = "SURVIVED"
        finally:
            path.write_text(original, "utf-8")
        print(f"{n}/{len(chosen)} {name}:{number + 1}: {verdict} ({time.monotonic() - start:.0f} s)", flush=True)
    print(f"\nseed {arguments.seed}: {killed} killed, {len(survived)} survived, {broken} uncompilable")
    for name, number, before, line in survived:
        print(f"\n{name}:{number + 1}\n- {before.strip()}\n+ {line.strip()}")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
