# SPDX-License-Identifier: Apache-2.0
"""A catalogue through pandas, an audit through polars. Run from the root of the repository.

Text columns keep amounts as they are written; nothing here is ever a float. Had pandas read integers, price_table would
have to be told which units they are in: integers="units".
"""

import pandas
import polars

from pricepoint import Policy

AT = "2026-11-20T12:00:00Z"

# 13,353 rows in, 13,353 rows out, in their order, so that the columns stand side by side.
shop = Policy.from_file("examples/demo/policy.json")
catalogue = pandas.read_csv("examples/demo/catalogue.csv", dtype=str)
priced = shop.price_table(catalogue, channel="web", at=AT, parts=["price", "was", "reasons", "rest"]).to_pandas()
both = pandas.concat([catalogue[["sku", "market", "price.store"]], priced], axis=1)

print(f"{len(both)} rows with {shop.name}")
print(both.groupby(["market", "status"], observed=True).size().to_string())
print("the largest announced saving of each market:")
for market, rows in both[both["saving"].notna()].groupby("market"):
    best = rows.sort_values(["saving", "sku"], ascending=[False, True]).iloc[0]
    print(f"  {market} {best['sku']}: {best['price'].normalize():f} {best['currency']}, was {best['was'].normalize():f}")

# The same in polars, of observed prices: what breaks the rules, and what would mend it.
guard = Policy.from_file("examples/audit/policy.json")
offers = polars.read_csv("examples/audit/offers.csv", infer_schema=False)
audit = guard.audit_table(offers, at=AT)
findings = audit.to_polars()

figures = audit.summary[0]
print(f"{offers.height} offers: {figures['breaches']} breaches, {figures['warnings']} warnings")
breaches = findings.filter(polars.col("severity").cast(polars.String) == "breach")
for row in breaches.head(5).iter_rows(named=True):
    mend = f", {row['remedy']}" + (f" to {row['remedy_price'].normalize():f}" if row["remedy_price"] is not None else "")
    print(f"  {row['sku']} on {row['channel']} in {row['market']} at {row['price'].normalize():f}: {row['rule']}{mend}")
