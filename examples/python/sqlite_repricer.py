# SPDX-License-Identifier: Apache-2.0
"""A batch repricer over SQLite: reads products, writes a price for each channel with what decided it, in one transaction.

    python examples/python/sqlite_repricer.py shop.sqlite [POLICY]

Readers see all of the old prices or all of the new ones. A product that cannot be priced keeps its old price and gets
the reason beside it, so that nothing is sold at a price that nobody decided. Without a database it shows itself on one in
memory. Amounts are TEXT: SQLite's REAL is binary floating point.
"""

import datetime
import sqlite3
import sys

from pricepoint import Decision, Policy

CHANNELS = ("web", "members")

TABLES = """
create table if not exists products (
    sku text, market text, category text, role text, list text, store text, cost text, shipping text,
    primary key (sku, market)
);
create table if not exists prices (
    sku text, market text, channel text, price text, currency text, status text not null, reasons text not null,
    policy text not null, decided_at text not null, valid_until text,
    primary key (sku, market, channel)
);
"""

DEMO = [
    ("bowl", "CN", "table", "traffic", None, "98.80", "41.00", "6.00"),
    ("lamp", "DE", "light", "profit", "159.00", "149.00", "71.50", "4.90"),
    ("lamp", "JP", "light", "profit", "19800", "18800", "9400", "800"),
    ("tray", "DE", "table", "volume", "19.90", "19.90", "17.80", "3.90"),
    ("vase", "US", "table", "volume", "24.99", None, "9.10", "2.50"),
]


def reasons(decision: Decision) -> str:
    """Why there is no price, or what shaped the one that there is."""
    for what in ("conflict", "missing", "invalid"):
        if names := getattr(decision, what):
            return f"{what}: {', '.join(names)}"
    return ", ".join((*decision.discounts, *decision.limited_by))


def reprice(connection: sqlite3.Connection, policy: Policy, at: datetime.datetime) -> dict[str, int]:
    """How many decisions of each status."""
    counts: dict[str, int] = {}
    rows = []
    products = connection.execute(
        "select sku, market, category, role, list, store, cost, shipping from products order by sku, market"
    )
    for sku, market, category, role, list_price, store, cost, shipping in products:
        prices = {"store": store}
        for channel in CHANNELS:
            decision = policy.price(
                sku=sku, market=market, channel=channel, at=at, category=category, role=role, list=list_price,
                prices=prices, cost=cost, shipping=shipping,
            )
            counts[decision.status] = counts.get(decision.status, 0) + 1
            if decision.price is not None:
                prices[channel] = str(decision.price)  # members' prices start from the web's
            rows.append((
                sku, market, channel, None if decision.price is None else str(decision.price), decision.currency,
                decision.status, reasons(decision), decision.policy, at.isoformat(),
                None if decision.next_change_at is None else decision.next_change_at.isoformat(),
            ))
    with connection:  # one transaction: all or nothing
        connection.executemany(
            """
            insert into prices values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (sku, market, channel) do update set
                price = coalesce(excluded.price, price), currency = coalesce(excluded.currency, currency),
                status = excluded.status, reasons = excluded.reasons, policy = excluded.policy,
                decided_at = excluded.decided_at, valid_until = excluded.valid_until
            """,
            rows,
        )
    return counts


def main() -> None:
    policy = Policy.from_file(sys.argv[2] if len(sys.argv) > 2 else "examples/demo/policy.json")
    demo = len(sys.argv) < 2
    at = datetime.datetime.now(datetime.timezone.utc)
    connection = sqlite3.connect(":memory:" if demo else sys.argv[1])
    connection.executescript(TABLES)
    if demo:
        at = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.timezone.utc)
        with connection:
            connection.executemany("insert into products values (?, ?, ?, ?, ?, ?, ?, ?)", DEMO)
    for status, count in sorted(reprice(connection, policy, at).items()):
        print(f"{count} {status}")
    if demo:
        for row in connection.execute(
            "select sku, market, channel, price, currency, status, reasons, valid_until from prices order by 1, 2, 3"
        ):
            print(" | ".join("-" if cell is None else cell for cell in row))


if __name__ == "__main__":
    main()
