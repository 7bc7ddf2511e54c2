#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The requests of tests/conformance/cases/cases.ndjson, which every binding answers too: the program's decisions and
explanations must be those that stand there.

A line is {"policy": file, "request": ..., "decision": ..., "explanation": text}; the decision is a line of `pricepoint
price --format ndjson`, the explanation what `pricepoint explain` prints. Every request has its own `at` and `sku`.

usage: tests/golden/conformance.py [--program PATH] [--update]          (or the environment's PRICEPOINT_CLI)
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from _golden import ROOT, given, main

CASES = ROOT / "tests" / "conformance" / "cases" / "cases.ndjson"


def run(*arguments):
    done = subprocess.run([given.program, *arguments], cwd=ROOT, capture_output=True, check=False,
                          encoding="utf-8")
    if done.returncode not in (0, 1):
        sys.exit(f"{arguments}: exit {done.returncode}: {done.stderr}")
    return done.stdout


def answer(case, scratch):
    items = pathlib.Path(scratch) / "items.ndjson"
    items.write_text(json.dumps(case["request"], ensure_ascii=False) + "\n", encoding="utf-8")
    of = ("--policy", case["policy"], "--items", str(items), "--quiet")
    return {
        "policy": case["policy"],
        "request": case["request"],
        "decision": json.loads(run("price", *of, "--format", "ndjson")),
        "explanation": run("explain", *of, "--sku", case["request"]["sku"]),
    }


def compare():
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as scratch:
        answers = [answer(case, scratch) for case in cases]
    if given.update:
        CASES.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in answers), encoding="utf-8")
        return 0
    differences = 0
    for number, (wanted, got) in enumerate(zip(cases, answers), 1):
        for part in ("decision", "explanation"):
            if wanted.get(part) != got[part]:
                differences += 1
                print(f"case {number}, {part}: {got[part]}\nexpected {wanted.get(part)}")
    print(f"{len(cases)} cases, {differences} differences")
    return 1 if differences or len(cases) < 50 else 0


if __name__ == "__main__":
    main(compare, __doc__, update=True)
