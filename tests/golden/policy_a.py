#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The thousand requests of tests/conformance/policy_a: statuses and prices through the program, from CSV, from NDJSON,
with one thread and with several, must be those of its column `expected`.

usage: tests/golden/policy_a.py [--program PATH]          (or the environment's PRICEPOINT_CLI)
"""

import csv
import json
import pathlib
import subprocess
import sys
import tempfile

from _golden import ROOT, given, main

CASES = ROOT / "tests" / "conformance" / "policy_a"
ANSWERS = ("status", "expected")


def price(items, output, threads):
    command = [given.program, "price", "--policy", CASES / "policy.json", "--items", items, "--format",
               output, "--threads", str(threads), "--quiet"]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    if done.returncode not in (0, 1):
        sys.exit(f"exit {done.returncode}: {done.stderr}")
    if output == "csv":
        return list(csv.DictReader(done.stdout.splitlines()))
    return [json.loads(line) for line in done.stdout.splitlines()]


def as_member(row):
    """A row of CSV as a request in JSON, where prices are one map."""
    made = {name: value for name, value in row.items() if value and name not in ANSWERS and "." not in name}
    prices = {name.removeprefix("price."): value for name, value in row.items() if value and name.startswith("price.")}
    return made | ({"prices": prices} if prices else {})


def compare():
    with open(CASES / "expected.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = [(row["sku"], row["status"], row["expected"]) for row in rows]
    differences = 0
    with tempfile.TemporaryDirectory() as scratch:
        members = pathlib.Path(scratch) / "items.ndjson"
        members.write_text("".join(json.dumps(as_member(row)) + "\n" for row in rows), encoding="utf-8")
        for items in (CASES / "expected.csv", members):
            for output in ("csv", "ndjson"):
                for threads in (1, 3):
                    got = [(row["sku"], row["status"], row.get("price") or "") for row in price(items, output, threads)]
                    if len(got) != len(wanted):
                        sys.exit(f"{items.suffix} to {output}: {len(got)} rows of {len(wanted)}")
                    for one, other in zip(got, wanted):
                        if one != other:
                            differences += 1
                            print(f"{items.suffix} to {output}, {threads} threads: {one}, expected {other}")
    print(f"{len(wanted)} requests eight times, {differences} differences")
    return 1 if differences or not wanted else 0


if __name__ == "__main__":
    main(compare, __doc__)
