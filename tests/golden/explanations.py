#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Explanations, one for each kind of thing that can happen, held word for word: they are read aloud.

usage: tests/golden/explanations.py [--program PATH] [--update] [CASE...]

A case is a file explanations/NN-name.txt:
  # what happens in it, for the reader
  the product, as NDJSON or as CSV with its header
  $ flags            `pricepoint explain` gets them, beside --items and --sku; it runs among the policies there
  what it printed, word for word; "exit N" below it, where N is not 0
  $ other flags      and so on. Of --format json every line is laid out, and would be the same again without

The program is --program, or the environment's PRICEPOINT_CLI. --update writes what was printed anew: read it aloud
before you commit it.
"""

import json
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from _golden import HERE, Comparison, given, main

CASES = HERE / "explanations"
MANY = 1200  # rows of the table of many.json, which would be dull to keep


def sku_of(items, is_csv):
    if not is_csv:
        return json.loads(items[0])["sku"]
    return dict(zip(items[0].split(","), items[1].split(",")))["sku"]


def laid_out(line):
    """A JSON line for the eye, as long as nothing gets lost by it."""
    try:
        value = json.loads(line)
    except ValueError:
        return line
    if json.dumps(value, separators=(",", ":"), ensure_ascii=False) != line:
        return line
    parts = []
    for key, member in value.items():
        compact = json.dumps(member, separators=(", ", ": "), ensure_ascii=False)
        if isinstance(member, list) and member and isinstance(member[0], dict):
            rows = [json.dumps(one, separators=(", ", ": "), ensure_ascii=False) for one in member]
            compact = "[\n    " + ",\n    ".join(rows) + "\n  ]"
        parts.append(f"  {json.dumps(key)}: {compact}")
    return "{\n" + ",\n".join(parts) + "\n}"


def outcome(directory, flags, items):
    is_csv = not items[0].startswith("{")
    name = "product.csv" if is_csv else "product.ndjson"
    (directory / name).write_text("\n".join(items) + "\n", encoding="utf-8")
    command = [given.program, "explain", "--items", name, "--sku", sku_of(items, is_csv), *shlex.split(flags)]
    done = subprocess.run(command, cwd=directory, capture_output=True, check=False)
    text = done.stdout.decode("utf-8")
    if "json" in shlex.split(flags):
        text = "".join(laid_out(line) + "\n" for line in text.splitlines())
    text += done.stderr.decode("utf-8")
    return text + (f"exit {done.returncode}\n" if done.returncode else "")


def again(directory, case):
    """The case as it would be written now."""
    lines = case.read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    commands = [line for line in lines if line.startswith("$ ")]
    first = lines.index(commands[0])
    items = lines[len(head):first]
    text = "\n".join(head + items) + "\n"
    for command in commands:
        text += command + "\n" + outcome(directory, command[2:], items)
    return text


def many(directory):
    """A shop with a floor for each of its products."""
    rules = [{"id": "autumn", "discount": "10%"}, {"id": "clocks", "when": {"category": "clocks"}, "endings": [".50"]},
             {"table": "many.csv"}]
    policy = {"pricepoint": 1, "name": "many", "channels": {"web": {"kind": "online"}}, "rules": rules,
              "markets": {"DE": {"currency": "EUR", "display": "gross", "tax": "19%"}}}
    (directory / "many.json").write_text(json.dumps(policy), encoding="utf-8")
    rows = "".join(f"row-{n},S-{n},{n % 90 + 10}.50,\n" for n in range(MANY - 1))
    table = f"id,when.sku,floor,because\n{rows}row-clock,clock,45.00,the clockmaker's contract\n"
    (directory / "many.csv").write_text(table, encoding="utf-8")


def run():
    cases = [CASES / f"{name}.txt" for name in given.names] or sorted(CASES.glob("*.txt"))
    comparison = Comparison()
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch) / "explanations"
        shutil.copytree(CASES, directory)
        many(directory)
        for case in cases:
            got = again(directory, case)
            if not comparison.same(case.stem, case.read_text(encoding="utf-8"), got) and given.update:
                case.write_text(got, encoding="utf-8")
    return comparison.finish("explanations")


if __name__ == "__main__":
    main(run, __doc__, update=True, names="CASE")
