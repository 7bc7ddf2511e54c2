# SPDX-License-Identifier: Apache-2.0
"""The policy written out in Python, on whole numbers of minor units."""

from bisect import bisect_left, bisect_right

from contest import BANDS, PERCENTS, SCALES, allowed_prices, contest

PRICES = {(market, band): allowed_prices(market, band) for market in SCALES for band in BANDS}


def decide(market, role, segment, store, cost, shipping, minimum):
    target = store * (100 - PERCENTS[role] - (2 if segment == "member" else 0))
    earn = cost * 105 + shipping * 100
    low = -(-earn // 100)
    limited_by = ["earn"] if target < earn else []
    if minimum is not None:
        low = max(low, minimum)
        if target < minimum * 100:
            limited_by.append("map")
    scale = SCALES[market]
    prices = PRICES[market, 0 if target < 10000 * scale else 1 if target < 100000 * scale else 2]
    above = bisect_right(prices, target // 100)
    if above > 0 and prices[above - 1] >= low:
        return prices[above - 1], "priced", limited_by
    above = bisect_left(prices, low, above)
    if above < len(prices) and prices[above] <= store:
        return prices[above], "compromised", limited_by
    return 0, "conflict", limited_by


contest("python-int", "everything", 200_000, decide)
