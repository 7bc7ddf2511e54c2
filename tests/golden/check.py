#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `pricepoint check` prints of every policy under check/faults, word for word, and of some command lines.

usage: tests/golden/check.py [--program PATH] [--update] [TEXT...]        (policies whose names contain one of the texts)

check/expected/NAME.txt holds the output for people, with the arguments that the policy's `// run` line names. Under
check/runs a file NAME.args holds arguments, one command line, and NAME.out what it prints. --update writes the files:
read the difference before you commit it.
"""

import shlex
import subprocess

from _golden import HERE, Comparison, given, main

CHECK = HERE / "check"


def cases():
    for policy in sorted((CHECK / "faults").glob("*.json")):
        arguments = ["check", "--policy", f"faults/{policy.name}"]
        for line in policy.read_text(encoding="utf-8").splitlines():
            if line.startswith("// run "):
                arguments += line.split()[2:]
        yield policy.stem, arguments, CHECK / "expected" / f"{policy.stem}.txt"
    for line in sorted((CHECK / "runs").glob("*.args")):
        yield line.stem, shlex.split(line.read_text(encoding="utf-8")), line.with_suffix(".out")


def run():
    comparison = Comparison()
    known = set()
    for name, arguments, path in cases():
        known.add(path)
        if given.names and not any(text in name for text in given.names):
            continue
        done = subprocess.run([given.program, *arguments], cwd=CHECK, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False)
        got = f"{done.stdout}{done.stderr}exit {done.returncode}\n"
        before = path.read_text(encoding="utf-8") if path.is_file() else ""
        if not comparison.same(path.name, before, got) and given.update:
            path.write_text(got, encoding="utf-8")
    for path in sorted(CHECK.glob("expected/*.txt")):
        if path not in known:
            comparison.failed += 1
            print(f"{path.name}: no policy of that name")
    return comparison.finish("cases")


if __name__ == "__main__":
    main(run, __doc__, update=True, names="TEXT")
