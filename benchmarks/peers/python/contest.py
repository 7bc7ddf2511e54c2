# SPDX-License-Identifier: Apache-2.0
"""What both contestants in Python do alike: read the rows, hold their answers to the engine's, be timed, say how fast
they were. A contestant is called as `python3 NAME.py ROWS.csv SECONDS`."""

import csv
import itertools
import json
import platform
import statistics
import sys
import time

SCALES = {"CN": 100, "US": 100, "DE": 100, "JP": 1}
ENDINGS = {"CN": (80, 88, 90), "US": (95, 99), "DE": (95, 99), "JP": (80, 98)}
PERCENTS = {"traffic": 8, "volume": 5, "profit": 3}
BANDS = (0, 1, 2)  # of the target: below 100, below 1000, from there


def allowed(market, band, price):
    scale = SCALES[market]
    if band == 0:
        shaped = price % 100 in ENDINGS[market]
    elif band == 1:
        shaped = price % scale == 0 and price // scale % 10 == (8 if market == "CN" else 9)
    else:
        shaped = price % (10 * scale) == 0
    if not shaped:
        return False
    return "4" not in str(price) if market in ("CN", "JP") else "13" not in str(price // scale)


def allowed_prices(market, band):
    """All allowed prices of a market and band, in minor units, upwards. Store prices lie less than a fifth above the end
    of their band; those of the rows end at 6000."""
    scale = SCALES[market]
    step, end = ((1, 130), (scale, 1300), (10 * scale, 7000))[band]
    return [price for price in range(step, end * scale, step) if allowed(market, band, price)]


def contest(name, expresses, count, decide, take=None, give=None):
    """`decide(market, role, segment, store, cost, shipping, map)` gives price, status and the rules that limit it;
    segment and map may be None, amounts are whole minor units. `take(amount, market)` makes of amounts what it wants,
    and `give(price, market)` of a price minor units; neither is timed."""
    path, seconds = sys.argv[1], int(sys.argv[2])
    asked, expected = [], []
    with open(path, encoding="utf-8", newline="") as source:
        for row in itertools.islice(csv.DictReader(source), count):
            market = row["market"]
            amounts = [int(row[field]) for field in ("store", "cost", "shipping", "map")]
            if take:
                amounts = [take(amount, market) for amount in amounts]
            asked.append((market, row["role"], row["segment"] or None, *amounts[:3], amounts[3] or None))
            expected.append((int(row["price"]), row["status"], row["limited_by"]))
    for number, (row, wanted) in enumerate(zip(asked, expected)):
        price, status, limited_by = decide(*row)
        said = give(price, row[0]) if give else price, status, " ".join(limited_by)
        if said != wanted:
            sys.exit(f"{name} differs from the engine in row {number}: {row} is {wanted}, not {said}")
    passes = []
    end = time.perf_counter() + seconds
    while len(passes) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        for row in asked:
            decide(*row)
        passes.append(time.perf_counter() - start)
    print(json.dumps({
        "name": f"{name}/policy_a", "items_per_second": round(len(asked) / statistics.median(passes)),
        "rows": len(asked), "expresses": expresses, "checked": len(asked),
        "with": f"{platform.python_implementation()} {platform.python_version()}"}))
