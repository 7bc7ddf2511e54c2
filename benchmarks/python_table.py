#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What Python costs: a table of a million rows through price_table beside the same job in C++, and one price beside an
empty call through the same module. Numbers of one run can be compared with each other, those of two runs cannot.

usage: benchmarks/python_table.py [--bench build/bench/benchmarks/pricepoint_bench] [--rows 1000000] [--threads 1]

It needs the package and pyarrow (bindings/python/README.md). The job is tests/conformance/policy_a, as in the C++
benchmarks; --bench runs those of its columns before and after, so that a machine that slows down shows.
"""

import argparse
import random
import subprocess
import time
import timeit
from decimal import Decimal
from pathlib import Path

import pyarrow

from pricepoint import Policy, _core

ROOT = Path(__file__).resolve().parent.parent


def columns(rows: int) -> pyarrow.Table:
    """The mix of policy_a.cpp: MAP in half of the rows, targets of all sizes. Amounts in minor units."""
    dice = random.Random(20261126)
    between = dice.randint
    markets, channels, roles = ("CN", "US", "DE", "JP"), ("web", "app", "mall", "social"), ("traffic", "volume", "profit")
    market = [between(0, 3) for _ in range(rows)]
    role = [between(0, 2) for _ in range(rows)]
    member = [between(0, 9) < 3 for _ in range(rows)]
    store, cost, shipping, least = [], [], [], []
    for i in range(rows):
        scale = 1 if market[i] == 3 else 100
        sixth = between(0, 5)
        target = (between(5 * scale, 100 * scale - 1) if sixth < 3 else
                  between(100 * scale, 1000 * scale - 1) if sixth < 5 else between(1000 * scale, 5000 * scale))
        asked = max(1, target * 100 // (100 - (8, 5, 3)[role[i]] - 2 * member[i]))
        store.append(asked)
        cost.append(max(1, asked * between(50, 75) // 100))
        shipping.append(between(0, 5 * scale))
        least.append(max(1, asked * between(84, 94) // 100) if between(0, 1) == 0 else None)

    def words(codes: list[int | None], names: tuple[str, ...]) -> pyarrow.DictionaryArray:
        return pyarrow.DictionaryArray.from_arrays(pyarrow.array(codes, pyarrow.int32()), list(names))

    return pyarrow.table({
        "market": words(market, markets),
        "channel": words([between(0, 3) for _ in range(rows)], channels),
        "role": words(role, roles),
        "segment": words([0 if one else None for one in member], ("member",)),
        "price.store": pyarrow.array(store, pyarrow.int64()),
        "cost": pyarrow.array(cost, pyarrow.int64()),
        "shipping": pyarrow.array(shipping, pyarrow.int64()),
        "map": pyarrow.array(least, pyarrow.int64()),
    })


def best(function, repeat: int) -> float:
    return min(timeit.repeat(function, number=1, repeat=repeat))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bench", type=Path)
    parser.add_argument("--filter", default="price_batch")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()

    def bench() -> None:
        if given.bench:
            subprocess.run([given.bench, f"--benchmark_filter={given.filter}"], check=True, cwd=ROOT)

    bench()
    policy = Policy.from_file(ROOT / "tests/conformance/policy_a/policy.json")
    table = columns(given.rows)
    for parts in (["price", "limited_by", "relaxed"], None):
        seconds = best(lambda: policy.price_table(table, integers="minor", threads=given.threads, parts=parts), given.repeat)
        print(f"price_table, {'all columns' if parts is None else '+'.join(parts)}: {seconds:.3f} s, "
              f"{given.rows / seconds / 1e6:.2f} million rows a second, {given.threads} thread(s)")
    bench()

    one = Policy.from_file(ROOT / "examples/policies/worked-example.json")
    count = 200_000

    def per_call(function) -> float:
        # Time of this process: one thread, so that what else the machine does is not in it.
        return min(timeit.repeat(function, number=count, repeat=given.repeat, timer=time.process_time)) / count * 1e6

    prices = {"store": "32.00"}
    exact = {"store": Decimal("32.00")}
    cost = Decimal("12.00")
    empty = per_call(lambda: _core.nothing(
        sku="A1", channel="web", market="CN", prices=prices, cost="12.00", shipping="1", role="traffic"))
    text = per_call(lambda: one.price(
        sku="A1", channel="web", market="CN", prices=prices, cost="12.00", shipping="1", role="traffic"))
    decimal = per_call(lambda: one.price(
        sku="A1", channel="web", market="CN", prices=exact, cost=cost, shipping="1", role="traffic"))
    read = per_call(lambda: one.price(
        sku="A1", channel="web", market="CN", prices=prices, cost="12.00", shipping="1", role="traffic").price)
    print(f"an empty call: {empty:.2f} us")
    print(f"one price: {text:.2f} us, {text - empty:.2f} more; of Decimals {decimal - empty:.2f} more, "
          f"read as a Decimal {read - empty:.2f} more")


if __name__ == "__main__":
    main()
