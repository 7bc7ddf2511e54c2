#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes offers for the audit: a made catalogue, priced in four channels by a policy, with one price in ten moved.

usage: benchmarks/audit_offers.py --program build/bench/bin/pricepoint PRODUCTS OUT.csv

Then: pricepoint audit --policy examples/policies/acme-online.json --offers OUT.csv --at 2026-06-01T00:00:00Z \\
          --out findings.csv --summary figures.csv
"""

import argparse
import csv
import random
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POLICY = ROOT / "examples" / "policies" / "acme-online.json"
CHANNELS = ["dealer", "store", "tmall", "web"]


def money(minor):
    return f"{minor // 100}.{minor % 100:02d}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("products", type=int)
    parser.add_argument("out")
    given = parser.parse_args()
    draw = random.Random(20261126)
    with tempfile.TemporaryDirectory() as scratch:
        items, prices = Path(scratch) / "items.csv", Path(scratch) / "prices.csv"
        known = {}
        with items.open("w", encoding="utf-8") as to:
            to.write("sku,list,cost,shipping,map\n")
            for i in range(given.products):
                listed = draw.choice([1, 1, 3, 30]) * draw.randrange(500, 4000)
                lowest = money(listed * 9 // 10) if i % 2 else ""
                fields = (money(listed), money(listed * 6 // 10), "2.00", lowest)
                known[f"P{i:08d}"] = fields
                to.write(f"P{i:08d},{','.join(fields)}\n")
        subprocess.run([given.program, "price", "--policy", str(POLICY), "--items", str(items), "--market", "CN",
                        "--at", "2026-06-01T00:00:00Z", "--channel", ",".join(CHANNELS), "--format", "csv",
                        "--out", str(prices)], check=False)
        with prices.open(encoding="utf-8", newline="") as source, open(given.out, "w", encoding="utf-8") as to:
            to.write("sku,channel,market,seller,price,list,cost,shipping,map,units\n")
            for row in csv.DictReader(source):
                if not row["price"]:
                    continue
                price = int(row["price"].replace(".", ""))
                if draw.randrange(10) == 0:
                    price = max(100, price * draw.randrange(80, 112) // 100)
                to.write(f"{row['sku']},{row['channel']},CN,{row['channel']}-{draw.randrange(7)},{money(price)},"
                         f"{','.join(known[row['sku']])},{draw.randrange(1, 9)}\n")


if __name__ == "__main__":
    main()
