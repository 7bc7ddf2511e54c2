# SPDX-License-Identifier: Apache-2.0
"""The programs of examples/python: what they print is NAME.out beside them. PRICEPOINT_UPDATE=1 writes those files."""

import os
import sqlite3
import subprocess
import sys

import pytest

from conftest import ROOT

EXAMPLES = sorted((ROOT / "examples/python").glob("*.py"))


def run(path, *arguments):
    done = subprocess.run([sys.executable, "-W", "error::FutureWarning", path, *arguments], cwd=ROOT, capture_output=True,
                          text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_output(path):
    said = run(path)
    expected = path.with_suffix(".out")
    if os.environ.get("PRICEPOINT_UPDATE"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text("utf-8")


def test_there_are_examples():
    assert len(EXAMPLES) >= 3


def test_repricer_of_a_file(tmp_path):
    """A second run keeps what the first one decided where there is no price any more."""
    path = tmp_path / "shop.sqlite"
    script = ROOT / "examples/python/sqlite_repricer.py"
    run(script, path)
    with sqlite3.connect(path) as connection:
        connection.execute("insert into products values ('bowl', 'DE', 'table', 'volume', '20.00', '20.00', '5.00', '1.00')")
    assert "2 priced" in run(script, path)
    select = "select channel, price, status, reasons, policy from prices order by channel"
    with sqlite3.connect(path) as connection:
        first = connection.execute(select).fetchall()
        connection.execute("update products set cost = '500.00'")
    assert all(row[1] is not None and row[4].startswith("pp1-") for row in first)
    # Members' prices start from the web's, which is none now.
    assert run(script, path) == "1 conflict\n1 incomplete\n"
    with sqlite3.connect(path) as connection:
        second = connection.execute(select).fetchall()
    assert [row[1] for row in second] == [row[1] for row in first]
    assert [(row[0], row[2], row[3].partition(":")[0]) for row in second] == [
        ("members", "incomplete", "missing"), ("web", "conflict", "conflict")]
