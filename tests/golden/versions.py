#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold the numbers in the table of docs/versions.md to where they come from.

usage: tests/golden/versions.py [--program PATH]          (or the environment's PRICEPOINT_CLI)
"""

import json
import re
import subprocess

from _golden import ROOT, given, main


def first(name, pattern):
    return re.search(pattern, (ROOT / name).read_text(encoding="utf-8"), re.M)[1]


def compare():
    said = subprocess.run([given.program, "--version"], capture_output=True, text=True, check=True).stdout
    policy = ROOT / "examples/policies/worked-example.json"
    inputs = subprocess.run([given.program, "inputs", "--policy", str(policy), "--format", "json"],
                            capture_output=True, text=True, check=True).stdout
    table = {
        "the library": re.search(r"\d+\.\d+\.\d+", said)[0],
        "the language of policies": first("examples/policies/worked-example.json", r'^  "pricepoint": (\d+),$'),
        "market tables": first("src/market/markets.jsonc", r'^ *"version": "([0-9.]+)"'),
        "fingerprints": json.loads(inputs)["policy"].partition("-")[0],
        "the interface of C": "ABI " + first("include/pricepoint/version.hpp", r"^#define PRICEPOINT_ABI (\d+)$"),
    }
    status = 0
    for name, wanted in table.items():
        shown = first("docs/versions.md", rf"^\| \[{name}\]\(#[^)]*\) \| ([^|]*) \|")
        if shown != wanted:
            print(f"docs/versions.md: the version of {name} is {wanted}, not {shown}")
            status = 1
    return status


if __name__ == "__main__":
    main(compare, __doc__)
