# SPDX-License-Identifier: Apache-2.0
"""Prices a catalogue on Spark: every partition goes through the policy as Arrow batches, with mapInArrow.

    python examples/spark/reprice.py --policy policy.json --items catalogue.csv --channel web --out prices

The policy's text travels with the job and is read once in each task, so executors need the package pricepoint and nothing
else: no service to call, no file to share. --master local-cluster[2,1,1024] is two executors, processes of their own,
on this machine. Amounts stay text until they are decimals.
"""

import argparse
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow
import pyspark
from pyspark.sql import DataFrame, SparkSession

DECIDED = ["status", "price", "currency", "limited_by", "reasons", "policy"]
TYPES = "status string, price decimal(38,4), currency string, limited_by array<string>, reasons array<string>, policy string"


def repricer(
    policy_text: str, names: list[str], keys: list[str], channel: str, at: str
) -> Callable[[Iterator[pyarrow.RecordBatch]], Iterator[pyarrow.RecordBatch]]:
    """What an executor runs. It holds nothing but text."""

    def reprice(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pricepoint

        policy = pricepoint.Policy.from_text(policy_text)
        for batch in batches:
            batch = batch.rename_columns(names)
            priced = policy.price_table(batch, channel=channel, at=at, threads=1).to_pyarrow().combine_chunks()
            text = pyarrow.string()
            why = [
                (row["conflict"] or []) + (row["missing"] or []) + (row["invalid"] or [])
                for row in priced.select(["conflict", "missing", "invalid"]).to_pylist()
            ]
            columns = [batch.column(name) for name in keys] + [
                priced.column("status").cast(text).combine_chunks(),
                priced.column("price").combine_chunks(),
                priced.column("currency").cast(text).combine_chunks(),
                priced.column("limited_by").cast(pyarrow.list_(text)).combine_chunks(),
                pyarrow.array(why, pyarrow.list_(text)),
                priced.column("policy").cast(text).combine_chunks(),
            ]
            yield pyarrow.RecordBatch.from_arrays(columns, names=keys + DECIDED)

    return reprice


def price(catalogue: DataFrame, policy_text: str, keys: list[str], channel: str, at: str) -> DataFrame:
    """The catalogue's `keys` with what was decided, as a DataFrame that is decided where its partitions lie."""
    schema = ", ".join(f"`{name}` string" for name in keys) + ", " + TYPES
    # To Spark the dot of "price.store" is a path into a struct, so columns have numbers on the way.
    names = catalogue.columns
    numbered = catalogue.toDF(*(f"c{i}" for i in range(len(names))))
    return numbered.mapInArrow(repricer(policy_text, names, keys, channel, at), schema)


def session(master: str) -> SparkSession:
    builder = SparkSession.builder.master(master).appName("reprice").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "8")
    if master.startswith("local"):
        # Executors of local-cluster start from Spark's own directory, which is that of the package, and reach the driver
        # by this machine's loopback, whatever its name stands for.
        os.environ.setdefault("SPARK_HOME", str(Path(pyspark.__file__).parent))
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    return builder.getOrCreate()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--policy", required=True, type=Path)
    parser.add_argument("--items", required=True, help="CSV, a file or a directory of them")
    parser.add_argument("--channel", required=True)
    parser.add_argument("--at", required=True, help="2026-11-20T12:00:00Z")
    parser.add_argument("--out", required=True, help="a directory to write Parquet into")
    parser.add_argument("--master", default="local-cluster[2,1,1024]")
    parser.add_argument("--partitions", type=int, default=8)
    given = parser.parse_args()

    spark = session(given.master)
    spark.sparkContext.setLogLevel("ERROR")
    # No schema is inferred, so that every column is text. For columns of integers price_table would have to be told
    # which units they are in (integers="units"), and floating point is refused.
    catalogue = spark.read.csv(given.items, header=True).repartition(given.partitions, "sku")
    prices = price(catalogue, given.policy.read_text(encoding="utf-8"), ["sku", "market"], given.channel, given.at)
    prices.write.mode("overwrite").parquet(given.out)
    for row in spark.read.parquet(given.out).groupBy("status").count().orderBy("status").collect():
        print(f"{row['count']} {row['status']}")
    spark.stop()


if __name__ == "__main__":
    main()
