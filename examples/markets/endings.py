#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prices 3,791 products in 48 markets and looks at how the prices end, before and after.

    python3 endings.py                   # checks the prices, and that the table in ../../docs/culture.md is this one
    python3 endings.py --update          # checks the prices, and writes the table
    python3 endings.py --program PATH    # this pricepoint; else PRICEPOINT_CLI's, else the one on the path

Before: the price of the store in the market's currency, rounded to the unit. After: what the policy makes of it. The
ending of a price is its cents where it has some (.99), else its last digit that is not zero with the zeros behind it
(9, 90, 900).

What is checked of every price, with no help from the program but for what it says of its table:

  it is a whole number of units; it has a number that the market avoids if and only if `relaxed` names that entry; it has
  none of the numbers that the market prefers where `relaxed` names culture/prefer; it ends as the entry of its band says, or `relaxed`
  names it; it is compromised if and only if an entry in `relaxed` is strong

and, by name, what must not be lost: see `promises`.
"""

import argparse
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import make_items

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "culture.md"
BEGIN, END = "<!-- examples/markets/endings.py writes this table -->", "<!-- end of the table -->"
AT = "2026-11-02T10:00:00Z"
EFFECTS = ("avoid", "prefer", "endings", "multiple_of")


# --- what a price has


def occurs(numbers, price):
    """Whether a price, as it is written, has one of these digits, sequences or amounts."""
    whole, _, fraction = price.partition(".")
    if whole in numbers.get("amounts", []):
        return True
    place = numbers.get("in", "any")
    if place == "last":
        return (whole + fraction).rstrip("0")[-1:] in list(numbers.get("digits", ""))
    parts = [whole] * (place != "fraction") + [fraction] * (place != "integer")
    wanted = [*numbers.get("digits", ""), *numbers.get("sequences", [])]
    return any(one in part for one in wanted for part in parts)


def ends(pattern, price):
    whole, _, fraction = price.partition(".")
    head, point, tail = pattern.partition(".")
    if not point and fraction.strip("0"):
        return False
    written, asked = (whole + "." + fraction, head + "." + tail.ljust(len(fraction), "0")) if point else (whole, head)
    return re.fullmatch(".*" + re.escape(asked).replace(r"\?", "[0-9]"), written) is not None


def ending(price):
    whole, _, fraction = price.partition(".")
    return "." + fraction if fraction.strip("0") else re.search(r"[1-9]?0*$", whole).group()


def holds(entry, price):
    """Whether a price is as an entry of culture asks."""
    if "avoid" in entry:
        return not occurs(entry["avoid"], price)
    if "prefer" in entry:
        return occurs(entry["prefer"], price)
    if "endings" in entry:
        return any(ends(pattern, price) for pattern in entry["endings"])
    return Decimal(price) % Decimal(entry["multiple_of"]) == 0


def in_band(entry, target):
    return ("from" not in entry or target >= Decimal(entry["from"])) and \
        ("below" not in entry or target < Decimal(entry["below"]))


# --- one run


class Market:
    def __init__(self, facts):
        self.facts = facts
        self.code = facts["code"]
        self.currency = facts["currency"]["value"]
        self.unit = Decimal(facts["unit"]["value"])
        self.culture = facts["culture"]
        self.status, self.before, self.after, self.relaxed = Counter(), Counter(), Counter(), Counter()
        self.prices = Counter()  # with what was relaxed
        self.wrong = []
        self.known = {}

    def look(self, price):
        """What of avoid and prefer a price breaks; the same for the same price."""
        if price not in self.known:
            broken = {"culture/" + one["id"] for one in self.culture if "avoid" in one and not holds(one, price)}
            preferred = [one for one in self.culture if "prefer" in one]
            if preferred and not any(holds(one, price) for one in preferred):
                broken.add("culture/prefer")
            self.known[price] = (broken, Decimal(price) % self.unit == 0)
        return self.known[price]

    def take(self, target, row):
        status, price, relaxed = row["status"], row["price"], row["relaxed"].split()
        self.status[status] += 1
        before = max((target / self.unit).quantize(Decimal(1), ROUND_HALF_UP), 1) * self.unit
        self.before[written(before, self.facts)] += 1
        if not price:
            return
        self.after[price] += 1
        self.relaxed.update(relaxed)
        self.prices[price, tuple(relaxed)] += 1
        broken, whole_units = self.look(price)
        expected = set(broken)
        for one in self.culture:
            if ("endings" in one or "multiple_of" in one) and in_band(one, target) and not holds(one, price):
                expected.add("culture/" + one["id"])
        strong = {"culture/" + one["id"] for one in self.culture if one["strength"] == "strong" and "prefer" not in one}
        if not whole_units:
            self.wrong.append(f"{row['sku']}: {price} is no multiple of {self.unit}")
        # What nobody could have had within its reach is not given up.
        if expected - {"culture/prefer"} != set(relaxed) - {"culture/prefer"} or set(relaxed) - expected:
            self.wrong.append(f"{row['sku']}: {price} breaks {sorted(expected)}, and relaxed is {relaxed}")
        if (status == "compromised") != bool(strong & set(relaxed)):
            self.wrong.append(f"{row['sku']}: {price} is {status}, and relaxed is {relaxed}")

    def share(self, counted, test):
        return sum(count for price, count in counted.items() if test(price)), sum(counted.values())


def written(amount, facts):
    """With the decimals of the currency: none where the unit has none, in this table."""
    return f"{amount:.{len(facts['unit']['value'].partition('.')[2])}f}"


def run(program, every):
    def ask(*arguments):
        ran = subprocess.run([program, *arguments], cwd=HERE, capture_output=True, check=False)
        if ran.returncode not in (0, 1):  # 1: some row has no price
            sys.exit(f"pricepoint {arguments[0]}: exit status {ran.returncode}\n{ran.stderr.decode()}")
        return ran.stdout.decode("utf-8")

    table = json.loads(ask("markets", "--policy", "policy.json", "--format", "json"))
    markets = {facts["code"]: Market(facts) for facts in table["markets"]}
    with open(HERE / "rates.csv", encoding="utf-8", newline="") as file:
        rates = {row["to"]: Decimal(row["rate"]) for row in csv.DictReader(file)} | {"GBP": Decimal(1)}
    with tempfile.TemporaryDirectory() as scratch:
        items = Path(scratch) / "items.csv"
        make_items.write(items, every)
        priced = ask("price", "--policy", "policy.json", "--items", str(items), "--rates", "rates.csv", "--channel", "web",
                     "--at", AT, "--format", "csv", "--quiet")
        with open(items, encoding="utf-8", newline="") as file:
            for asked, row in zip(csv.DictReader(file), csv.DictReader(io.StringIO(priced)), strict=True):
                market = markets[asked["market"]]
                if (row["sku"], row["market"], row["currency"]) != (asked["sku"], asked["market"], market.currency):
                    sys.exit(f"another row than the one asked for: {row}")
                market.take(Decimal(asked["price.store"]) * rates[market.currency], row)
    return markets


def promises(markets):
    """What must not be lost, by name."""
    wrong = []

    def hold(condition, what):
        if not condition:
            wrong.append(what)

    def all_prices(code, test):
        return all(test(price, relaxed) for price, relaxed in markets[code].prices)

    def has(price, digits):
        return any(digits in part for part in price.split("."))

    def whole(price):
        return price.partition(".")[0]

    hold(all_prices("IL", lambda price, _: Decimal(price) % Decimal("0.10") == 0), "IL: a multiple of 0.10")
    hold(all_prices("CH", lambda price, _: Decimal(price) % Decimal("0.05") == 0), "CH: a multiple of 0.05")
    for code in ("JP", "KR", "VN", "CL"):
        hold(all_prices(code, lambda price, _: price.isdigit()), f"{code}: whole amounts")
    hold(all_prices("CN", lambda price, relaxed: price.replace(".", "").rstrip("0")[-1] != "4" or
                    "culture/avoid-last-4" in relaxed), "CN: no last digit 4 in silence")
    hold(all_prices("CN", lambda price, relaxed: not has(price, "88") or "culture/prefer" not in relaxed),
         "CN: an 88 is what is preferred")
    china = markets["CN"]
    less, of = china.share(china.before, lambda price: has(price, "88"))
    more, of_after = china.share(china.after, lambda price: has(price, "88"))
    hold(more * of > less * of_after, "CN: more prices with an 88 than before")
    hold(all_prices("IT", lambda price, relaxed: whole(price) != "17" or "culture/avoid-17" in relaxed),
         "IT: no 17 in silence")
    italy = markets["IT"]
    hold(italy.share(italy.after, lambda price: whole(price) == "13")[0] > 0, "IT: 13 occurs")
    hold(italy.relaxed["culture/avoid-13"] == 0 and all(one["id"] != "avoid-13" for one in italy.culture),
         "IT: nobody avoids 13")
    for code in ("DE", "AT"):
        hold(all_prices(code, lambda price, relaxed: not has(price, "88") or "culture/avoid-88" in relaxed),
             f"{code}: no 88 in silence")
    return wrong


def told(markets):
    """The same in figures."""
    for code, what, test in (
        ("CN", "an 88", lambda price: any("88" in part for part in price.split("."))),
        ("CN", "4 as the last digit", lambda price: price.replace(".", "").rstrip("0")[-1:] == "4"),
        ("CN", "a 4 somewhere", lambda price: "4" in price),
        ("DE", "an 88", lambda price: any("88" in part for part in price.split("."))),
        ("IT", "17 and cents", lambda price: price.partition(".")[0] == "17"),
        ("IT", "13 and cents", lambda price: price.partition(".")[0] == "13"),
    ):
        before, after = (markets[code].share(counted, test)[0] for counted in (markets[code].before, markets[code].after))
        yield f"{code}: {what} in {before} prices before, in {after} after"


# --- the table


def percent(count, of):
    rounded = (200 * count + of) // (2 * of)
    return "<1%" if count and not rounded else ">99%" if count < of and rounded == 100 else f"{rounded}%"


def most_common(counted, size):
    grouped = defaultdict(int)
    for price, count in counted.items():
        grouped[ending(price)] += count
    of = sum(grouped.values())
    ranked = sorted(grouped.items(), key=lambda one: (-one[1], one[0]))[:size]
    return ", ".join(f"`{name}` {percent(count, of)}" for name, count in ranked)


def table(markets):
    lines = [
        "| market | steps of | priced | compromised | conflict | before | after |",
        "|---|---|---|---|---|---|---|",
    ]
    for code in sorted(markets):
        market, of = markets[code], sum(markets[code].status.values())
        lines.append(" | ".join([
            f"| {code} {market.facts['name']}",
            f"{market.facts['unit']['value']} {market.currency}",
            *(percent(market.status[name], of) for name in ("priced", "compromised", "conflict")),
            most_common(market.before, 2),
            most_common(market.after, 4) + " |",
        ]))
    return lines


def check_page(page, made, update):
    lines = page.read_text(encoding="utf-8").splitlines()
    if lines.count(BEGIN) != 1 or lines.count(END) != 1 or lines.index(BEGIN) > lines.index(END):
        return [f"{page.name}: needs one line {BEGIN} and, below it, one line {END}"]
    first, last = lines.index(BEGIN) + 1, lines.index(END)
    wanted = ["", *made, ""]
    if update:
        page.write_text("\n".join(lines[:first] + wanted + lines[last:]) + "\n", encoding="utf-8")
    elif lines[first:last] != wanted:
        return [f"{page.name}: the table is another one now; endings.py --update writes it"]
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.environ.get("PRICEPOINT_CLI") or shutil.which("pricepoint"))
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth product; leaves the page alone")
    parser.add_argument("--update", action="store_true", help="write the table into the page")
    given = parser.parse_args()
    if not given.program:
        parser.error("no pricepoint on the path: --program PATH")

    markets = run(str(Path(given.program).resolve()), given.every)
    wrong = [f"{code}: {line}" for code, market in markets.items() for line in market.wrong[:3]]
    wrong += promises(markets)
    if not wrong and given.every == 1:
        wrong += check_page(PAGE, table(markets), given.update)
    for line in wrong:
        print(line)
    if wrong:
        return 1
    total, relaxed = Counter(), Counter()
    for market in markets.values():
        total += market.status
        relaxed += market.relaxed
    print(f"{sum(total.values()):,} prices in {len(markets)} markets: " +
          ", ".join(f"{total[name]:,} {name}" for name in ("priced", "compromised", "conflict")))
    for line in told(markets):
        print(line)
    for name, count in relaxed.most_common(4):
        print(f"{name} was given up {count:,} times")
    print("All is as the market table says, or named in relaxed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
