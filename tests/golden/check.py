#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `pricepoint check` prints of every policy under check/faults, word for word, and of some command lines.

usage: tests/golden/check.py [--program PATH] [--update] [TEXT...]        (policies whose names contain one of the texts)

check/expected/NAME.txt holds the output for people, with the arguments that the policy's `// run` line names. Under
check/runs a file NAME.args holds arguments, one command line, and NAME.out what it prints. --update writes the files:
read the difference before you commit it.
"""

import argparse
import difflib
import os
import shlex
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent / "check"


def cases():
    for policy in sorted((HERE / "faults").glob("*.json")):
        arguments = ["check", "--policy", f"faults/{policy.name}"]
        for line in policy.read_text(encoding="utf-8").splitlines():
            if line.startswith("// run "):
                arguments += line.split()[2:]
        yield policy.stem, arguments, HERE / "expected" / f"{policy.stem}.txt"
    for line in sorted((HERE / "runs").glob("*.args")):
        yield line.stem, shlex.split(line.read_text(encoding="utf-8")), line.with_suffix(".out")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--program", default=os.environ.get("PRICEPOINT_CLI"))
    parser.add_argument("--update", action="store_true")
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    if not given.program:
        parser.error("which program? --program PATH, or PRICEPOINT_CLI")
    program = str(Path(given.program).resolve())
    tried = failed = 0
    known = set()
    for name, arguments, path in cases():
        known.add(path)
        if given.names and not any(text in name for text in given.names):
            continue
        tried += 1
        done = subprocess.run([program, *arguments], cwd=HERE, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False)
        got = f"{done.stdout}{done.stderr}exit {done.returncode}\n"
        before = path.read_text(encoding="utf-8") if path.is_file() else ""
        if got == before:
            continue
        failed += 1
        sys.stdout.writelines(difflib.unified_diff(before.splitlines(keepends=True), got.splitlines(keepends=True),
                                                   f"{path.name}: expected", f"{path.name}: got"))
        if given.update:
            path.write_text(got, encoding="utf-8")
    for path in sorted(HERE.glob("expected/*.txt")):
        if path not in known:
            failed += 1
            print(f"{path.name}: no policy of that name")
    print(f"{tried} cases, {failed} {'written anew' if given.update else 'not as expected'}")
    return 0 if failed == 0 or given.update else 1


if __name__ == "__main__":
    sys.exit(main())
