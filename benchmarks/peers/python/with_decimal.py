# SPDX-License-Identifier: Apache-2.0
"""The policy written out in Python, on decimal.Decimal: amounts as people write them."""

from bisect import bisect_left, bisect_right
from decimal import Decimal

from contest import BANDS, PERCENTS, SCALES, allowed_prices, contest

FACTORS = {(role, member): 1 - Decimal(percent + (2 if member else 0)) / 100
           for role, percent in PERCENTS.items() for member in (False, True)}
COST_FACTOR = Decimal("1.05")


def from_minor(amount, market):
    return Decimal(amount).scaleb(-2) if SCALES[market] == 100 else Decimal(amount)


def to_minor(price, market):
    return int(price * SCALES[market])


PRICES = {(market, band): [from_minor(price, market) for price in allowed_prices(market, band)]
          for market in SCALES for band in BANDS}


def decide(market, role, segment, store, cost, shipping, minimum):
    target = store * FACTORS[role, segment == "member"]
    low = cost * COST_FACTOR + shipping
    limited_by = ["earn"] if target < low else []
    if minimum is not None:
        low = max(low, minimum)
        if target < minimum:
            limited_by.append("map")
    prices = PRICES[market, 0 if target < 100 else 1 if target < 1000 else 2]
    above = bisect_right(prices, target)
    if above > 0 and prices[above - 1] >= low:
        return prices[above - 1], "priced", limited_by
    above = bisect_left(prices, low, above)
    if above < len(prices) and prices[above] <= store:
        return prices[above], "compromised", limited_by
    return 0, "conflict", limited_by


contest("python-decimal", "everything", 100_000, decide, from_minor, to_minor)
