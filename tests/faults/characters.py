#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Characters that could command a terminal, add a line, hide or turn a text around, in every name that others choose:
none of them reaches a text that people read as it is.

usage: tests/faults/characters.py          with PRICEPOINT_CLI in the environment
"""

import json
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import _program
from _program import AT, run

# One of each kind; tests/unit/text/harmless_test.cpp knows them all.
CHARACTERS = ["\x1b", "\x07", "\n", "\r", "\x7f", "\x85", "\x9b", "\u00ad", "\u061c", "\u200b", "\u200d", "\u200f", "\u2028",
              "\u2029", "\u202e", "\u2060", "\u2066", "\ufeff", "\U000e0041"]
PLACES = ["channel", "market", "period", "value", "because", "policy name", "sku", "segment", "audience", "seller", "column",
          "carried", "file", "flag", "market name", "attribute", "rule"]


def is_harmful(c):
    code = ord(c)
    return (code < 0x20 and c != "\n" or 0x7F <= code < 0xA0 or code in (0xAD, 0x34F, 0x61C, 0x180E, 0xFEFF)
            or 0x200B <= code <= 0x200F or 0x2028 <= code <= 0x202E or 0x2060 <= code <= 0x206F
            or 0xE0000 <= code <= 0xE007F)


def cell(text):
    return '"' + text.replace('"', '""') + '"'


class Files:
    """A policy, items, offers and the rest, with that character in that place."""

    def __init__(self, directory, place, character):
        def at(where, plain):
            return plain[:1] + character + plain[1:] if where == place else plain
        channel, market = at("channel", "web"), at("market", "DE")
        value, segment, audience = at("value", "traffic"), at("segment", "club"), at("audience", "you")
        period = at("period", "eleven")
        self.channel = channel
        market_terms = {"tax": "19%"}
        if place in ("market", "market name"):
            market_terms["currency"] = "EUR"
        policy = {
            "pricepoint": 1, "name": at("policy name", "shop"), "tables": {"markets": "markets.json"},
            "markets": {market: market_terms},
            "channels": {"store": {"kind": "traditional"}, channel: {"kind": "online", "reference": "store"}},
            "attributes": {at("attribute", "role"): [value, "volume"]},
            "periods": {period: {"from": "2026-05-01", "until": "2026-11-11", "zone": "UTC"}},
            "rules": [
                {"id": at("rule", "off"), "when": {at("attribute", "role"): value, "segment": segment, "audience": audience},
                 "during": period, "discount": "8%", "because": at("because", "they said so")},
                {"id": "near", "when": {"channel": channel, "market": market}, "except": {"period": period}, "gap":
                 {"to": "traditional", "max": "10%"}},
                {"id": "low", "when": {"sku": at("sku", "B2")}, "ceiling": "5", "because": at("because", "cheap")},
                {"id": "high", "floor": "max(cost * 105%, price.store * 50%)"},
                {"id": "never", "when": {"segment": [segment], "category": at("value", "home")}, "withhold": at("because", "gone")},
            ],
        }
        markets = {"pricepoint_markets": 1, "sources": {"us": at("market name", "our survey")}, "markets": {market: {
            "currency": {"value": "EUR", "confidence": "law", "source": "us", "note": at("market name", "we looked")}}}}
        header = ["sku", "channel", "market", "price.store", "cost", at("attribute", "role"), "segment", "audience", "units",
                  at("column", "x-note")]
        rows = [[at("sku", "A1"), channel, market, "32.00", "12.00", value, segment, audience, "3", at("carried", "note")],
                [at("sku", "B2"), channel, market, "32.00", "12.00", value, segment, audience, "1", at("carried", "note")],
                [at("sku", "C3"), at("value", "wob"), market, "abc", "12.00", at("value", "other"), segment, audience, "1", ""],
                [at("sku", "D4"), channel, at("value", "XX"), "", at("value", "12,0"), value, segment, audience, "1", ""]]
        self.policy = directory / at("file", "policy.json")
        self.draft = directory / "draft.json"
        self.items = directory / at("file", "items.csv")
        self.offers = directory / at("file", "offers.csv")
        self.record = directory / "record.ndjson"
        self.policy.write_text(json.dumps(policy), encoding="utf-8")
        policy["rules"][0]["discount"] = "30%"
        self.draft.write_text(json.dumps(policy), encoding="utf-8")
        (directory / "markets.json").write_text(json.dumps(markets), encoding="utf-8")
        lines = [",".join(map(cell, row)) for row in [header, *rows]]
        self.items.write_bytes(("\n".join(lines) + "\n").encode())
        lines[0] += ',"price","seller"'
        lines[1:] = [line + f',"20.00",{cell(at("seller", "them"))}' for line in lines[1:]]
        self.offers.write_bytes(("\n".join(lines) + "\n").encode())
        (directory / "broken.json").write_text('{"pricepoint":1,"' + at("value", "what") + '":[}', encoding="utf-8")
        self.directory = directory
        self.flag = at("flag", "--nonsense")
        self.sku = at("sku", "A1")

    def commands(self):
        of = ("--policy", self.policy, "--at", AT)
        rows = (*of, "--items", self.items)
        yield "price table", ("price", *rows, "--format", "table")
        yield "record", ("price", *rows, "--record", self.record, "--out", "/dev/null")
        yield "explain", ("explain", *rows, "--sku", self.sku)
        yield "explain conflict", ("explain", *rows, "--sku", self.sku.replace("A", "B").replace("1", "2"))
        yield "explain unread", ("explain", *rows, "--sku", self.sku.replace("A", "C").replace("1", "3"))
        yield "timeline", ("explain", *rows, "--sku", self.sku, "--timeline")
        yield "no such sku", ("explain", *rows, "--sku", self.sku + "x")
        yield "check", ("check", *of[:2], "--items", self.items, "--format", "table")
        yield "compare", ("compare", "--before", self.policy, "--after", self.draft, "--at", AT, "--items", self.items,
                          "--format", "table")
        yield "audit", ("audit", *of, "--offers", self.offers, "--format", "table")
        yield "inputs", ("inputs", "--policy", self.policy)
        yield "markets", ("markets", "--policy", self.policy)
        yield "markets of one", ("markets", "--policy", self.policy, json.loads(self.policy.read_text())["markets"].__iter__().__next__())
        yield "replay", ("replay", "--policy", self.draft, "--record", self.record, "--format", "table")
        yield "no such file", ("price", "--policy", str(self.policy) + ".none", "--items", self.items)
        yield "no such channel", ("price", *rows, "--channel", self.channel + "x")
        yield "broken", ("inputs", "--policy", self.directory / "broken.json")
        yield "unknown flag", ("price", *rows, self.flag)
        yield "messages as JSON", ("price", "--policy", str(self.policy) + ".none", "--items", self.items, "--format", "json")


class Characters(unittest.TestCase):
    def look(self, place, character):
        wrong, shown = [], set()
        with tempfile.TemporaryDirectory() as name:
            files = Files(Path(name), place, character)
            for what, arguments in files.commands():
                done = run(*arguments)
                for stream, text in (("output", done.stdout), ("messages", done.stderr)):
                    text = text.decode("utf-8", "replace")
                    found = [c for c in text if is_harmful(c)]
                    if found or (stream == "output" and done.returncode not in (0, 1, 2)):
                        wrong.append(f"{what}, {stream} ({done.returncode}): {text!r}")
                    # Where it is shown, it is said which it is.
                    if f"U+{ord(character):04X}" in text or "?" in text:
                        shown.add(what)
                    # An end of a line in a name ends no line.
                    if character == "\n" and any(line.startswith(("eb", "E ", "E:", "leven", "raffic", "hem")) for line in
                                                 text.splitlines()):
                        wrong.append(f"{what}, {stream}: {text!r}")
        return wrong, shown

    def test_in_every_name(self):
        # [REL-56]
        # Each character in some places, and some characters in each.
        cases = [(place, character) for place in PLACES for character in ("\n", "\x9b", "\u202e")]
        cases += [(place, character) for place in ("sku", "channel", "because") for character in CHARACTERS]
        with ThreadPoolExecutor(2) as pool:
            for (place, character), (wrong, _) in zip(cases, pool.map(lambda case: self.look(*case), cases)):
                with self.subTest(place=place, character=f"U+{ord(character):04X}"):
                    self.assertEqual(wrong, [])

    def test_the_commands_work_without_such_characters(self):
        # Else the test above would look at messages about usage only.
        with tempfile.TemporaryDirectory() as name:
            for what, arguments in Files(Path(name), "nowhere", "").commands():
                done = run(*arguments)
                fails = what in ("no such sku", "no such file", "no such channel", "broken", "unknown flag", "messages as JSON")
                with self.subTest(what):
                    self.assertEqual(done.returncode == 2, fails, done.stderr)
                    self.assertTrue(fails or done.stdout or what == "record")

    def test_data_keeps_its_bytes(self):
        # [REL-56] What is carried through is data.
        for character in CHARACTERS:
            with tempfile.TemporaryDirectory() as name:
                files = Files(Path(name), "carried", character)
                done = run("price", "--policy", files.policy, "--at", AT, "--items", files.items)
                self.assertIn(("n" + character + "ote").encode(), done.stdout)


if __name__ == "__main__":
    if not _program.PROGRAM:
        sys.exit("which program? PRICEPOINT_CLI names it")
    unittest.main()
