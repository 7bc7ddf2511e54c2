# SPDX-License-Identifier: Apache-2.0
"""The program, and the files that tests give it."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("PRICEPOINT_CLI", "")
FAULTY = os.environ.get("PRICEPOINT_FAULTY_SYSTEM", "")  # faulty_system.c, built
AT = "2026-06-01T00:00:00Z"
POLICY = ROOT / "tests" / "golden" / "shared" / "shop.json"
DRAFT = ROOT / "tests" / "golden" / "shared" / "draft.json"
HEADER = b"sku,channel,market,price.store,cost,note\n"
OFFERS = ROOT / "examples" / "audit"


def row(i):
    return b"S%d,web,CN,%d.50,12.00,plain\n" % (i, 20 + i % 500)


def items(path, count):
    with open(path, "wb") as file:
        file.write(HEADER)
        for i in range(count):
            file.write(row(i))
    return path


def run(*arguments, **more):
    more = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    return subprocess.run([PROGRAM, *map(str, arguments)], check=False, **more)


def why_not_faulty():
    """Why nothing can be preloaded here; empty where it can."""
    if not FAULTY:
        return "PRICEPOINT_FAULTY_SYSTEM does not name the library to preload"
    done = run("--version", env={**os.environ, "LD_PRELOAD": FAULTY})
    return "" if done.returncode == 0 and not done.stderr else f"nothing can be preloaded: {done.stderr[-200:]!r}"


def faulty(**settings):
    """An environment in which the system has these faults: memory_from=100, no_nameless=1, rename_fails=2."""
    return {**os.environ, "LD_PRELOAD": FAULTY, **{f"PRICEPOINT_{key.upper()}": str(value) for key, value in settings.items()}}


def commands(many):
    """One command of each kind, with so much to say that no buffer hides what becomes of it. `many`: a file of items."""
    of = ("--policy", POLICY, "--at", AT)
    return {
        "price csv": ("price", *of, "--items", many),
        "price ndjson": ("price", *of, "--items", many, "--format", "ndjson", "--explain"),
        "price table": ("price", *of, "--items", many, "--format", "table"),
        "explain": ("explain", *of, "--items", many, "--sku", "S1"),
        "explain json": ("explain", *of, "--items", many, "--sku", "S1", "--format", "json"),
        "compare": ("compare", "--before", POLICY, "--after", DRAFT, "--at", AT, "--items", many),
        "audit": ("audit", "--policy", OFFERS / "policy.json", "--offers", OFFERS / "offers.csv", "--at", AT),
        "audit ndjson": ("audit", "--policy", OFFERS / "policy.json", "--offers", OFFERS / "offers.csv", "--at", AT,
                         "--format", "ndjson"),
        "check": ("check", "--policy", ROOT / "examples" / "demo" / "policy.json", "--format", "ndjson"),
        "inputs": ("inputs", "--policy", POLICY),
        "markets": ("markets",),
        "schema": ("schema",),
        "help": ("--help",),
        "version": ("--version",),
    }
