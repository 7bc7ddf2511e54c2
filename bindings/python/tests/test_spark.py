# SPDX-License-Identifier: Apache-2.0
"""examples/spark/reprice.py on two executors, equal row by row to the command line."""

import csv
import json
import subprocess
import sys
from decimal import Decimal

import pyarrow.parquet

from conftest import AT, ROOT


def test_two_executors(tmp_path, program):
    with open(ROOT / "examples/demo/catalogue.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    items = ROOT / "examples/demo/catalogue.csv"
    done = subprocess.run(
        [sys.executable, ROOT / "examples/spark/reprice.py", "--policy", ROOT / "examples/demo/policy.json", "--items", items,
         "--channel", "web", "--at", AT, "--partitions", "4", "--out", tmp_path / "prices"],
        capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-4000:]
    priced = pyarrow.parquet.read_table(tmp_path / "prices").to_pylist()

    lines = program("price", "--policy", ROOT / "examples/demo/policy.json", "--items", items, "--channel", "web",
                    "--at", AT, "--format", "ndjson").splitlines()
    assert len(priced) == len(lines) == len(rows)
    got = {(row["sku"], row["market"]): row for row in priced}
    assert len(got) == len(rows)
    counts: dict[str, int] = {}
    for line in lines:
        want = json.loads(line)
        row = got[want["sku"], want["market"]]
        counts[row["status"]] = counts.get(row["status"], 0) + 1
        assert row["status"] == want["status"], want
        assert row["price"] == (Decimal(want["price"]) if "price" in want else None), want
        assert row["currency"] == want["currency"], want
        assert row["limited_by"] == want.get("limited_by", []), want
        assert row["reasons"] == want.get("conflict", []) + want.get("missing", []) + want.get("invalid", []), want
        assert row["policy"] == want["policy"], want
    assert done.stdout.splitlines() == [f"{count} {status}" for status, count in sorted(counts.items())]
