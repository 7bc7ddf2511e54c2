#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes one row for each product of the demo and each market of policy.json, for `pricepoint price`.

    python3 make_items.py items.csv
    python3 make_items.py --every 5 items.csv       # every fifth product

The products and their prices in GBP are those of ../demo/online-retail.csv. Each market gets the same price of the
store, in GBP, so that what differs between two markets is what the market table says of them. What a piece costs, and
what sending one costs, are fixed shares of that price, exact to the last decimal.
"""

import argparse
import csv
import json
import re
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
PRODUCTS = HERE.parent / "demo" / "online-retail.csv"
COST = Decimal("0.45")
SHIPPING = Decimal("0.05")


def markets_of(policy):
    """The markets of the policy, in its order. Its comments are whole lines or stand behind the last comma of one."""
    text = re.sub(r"^(\s*//.*|(.*[,{}])\s+//.*)$", r"\2", policy.read_text(encoding="utf-8"), flags=re.M)
    return list(json.loads(re.sub(r",(\s*[}\]])", r"\1", text))["markets"])


def products(every=1):
    with open(PRODUCTS, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[::every]


def write(target, every=1):
    """The number of rows."""
    markets, chosen = markets_of(HERE / "policy.json"), products(every)
    with open(target, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["sku", "market", "currency", "price.store", "cost", "shipping"])
        for product in chosen:
            price = Decimal(product["price"])
            rest = ["GBP", price, price * COST, price * SHIPPING]
            out.writerows([product["sku"], market, *rest] for market in markets)
    return len(markets) * len(chosen)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", metavar="FILE")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth product")
    given = parser.parse_args()
    print(f"{write(given.target, given.every):,} rows")


if __name__ == "__main__":
    main()
