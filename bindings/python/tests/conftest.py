# SPDX-License-Identifier: Apache-2.0
"""What the tests share. run.py sets the environment; by hand, PRICEPOINT_CLI names the program to compare with."""

import csv
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import pricepoint

ROOT = Path(os.environ.get("PRICEPOINT_SOURCE_DIR", Path(__file__).resolve().parents[3]))
AT = "2026-11-20T12:00:00Z"


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def worked() -> pricepoint.Policy:
    """The policy of the README: one price that a pencil can check."""
    return pricepoint.Policy.from_file(ROOT / "examples/policies/worked-example.json")


@pytest.fixture(scope="session")
def shop() -> pricepoint.Policy:
    """The gift shop's, with four markets."""
    return pricepoint.Policy.from_file(ROOT / "examples/demo/policy.json")


@pytest.fixture(scope="session")
def catalogue() -> list[dict[str, str]]:
    """Some 1,300 rows of its catalogue, of all markets."""
    with open(ROOT / "examples/demo/catalogue.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[::10]


@pytest.fixture(scope="session")
def program() -> Callable[..., str]:
    """Runs the command line and gives what it prints; status 1 only says that some row has no price."""
    path = os.environ.get("PRICEPOINT_CLI")
    if not path:
        pytest.skip("PRICEPOINT_CLI names no program")

    def run(*arguments: str | Path, stdin: str = "") -> str:
        done = subprocess.run([path, *arguments], input=stdin, capture_output=True, text=True, encoding="utf-8")
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    return run
