#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The built-in market table by itself: every fact with its confidence and source, bands without holes, endings that the
currency can show, and the facts that must not be lost when somebody edits the file.

usage: tests/golden/market_table.py [FILE]          (default: src/market/markets.jsonc)

It shares no code with the library, and reads the file on its own. It prints what is wrong and then fails.
"""

import json
import re
import sys
from decimal import Decimal, InvalidOperation
from math import gcd
from pathlib import Path

from _golden import ROOT, given, main

FILE = ROOT / "src" / "market" / "markets.jsonc"

# ISO 4217, of the currencies that the table uses. Written here again, so that a slip in the table shows.
CURRENCIES = {
    "CN": "CNY", "HK": "HKD", "TW": "TWD", "SG": "SGD", "MY": "MYR", "JP": "JPY", "KR": "KRW", "VN": "VND",
    "TH": "THB", "ID": "IDR", "PH": "PHP", "IN": "INR", "US": "USD", "CA": "CAD", "GB": "GBP", "IE": "EUR",
    "AU": "AUD", "NZ": "NZD", "DE": "EUR", "AT": "EUR", "CH": "CHF", "FR": "EUR", "IT": "EUR", "ES": "EUR",
    "PT": "EUR", "NL": "EUR", "BE": "EUR", "SE": "SEK", "NO": "NOK", "DK": "DKK", "FI": "EUR", "PL": "PLN",
    "CZ": "CZK", "HU": "HUF", "RO": "RON", "GR": "EUR", "TR": "TRY", "RU": "RUB", "IL": "ILS", "SA": "SAR",
    "AE": "AED", "EG": "EGP", "ZA": "ZAR", "NG": "NGN", "BR": "BRL", "MX": "MXN", "AR": "ARS", "CL": "CLP",
}
WITHOUT_DECIMALS = {"JPY", "KRW", "VND", "CLP"}
UNITS = {"IL": "0.10", "CH": "0.05"}  # elsewhere the minor unit
EU = set("IE DE AT FR IT ES PT NL BE SE DK FI PL CZ HU RO GR".split())

CONFIDENCE = {"law", "paper", "computed", "reputable", "weak", "common", "none"}
NEEDS_SOURCE = CONFIDENCE - {"common", "none"}
FACTS = ("currency", "unit", "display", "cash_step", "former_price", "minimum_resale_price")
EVIDENCE = {"confidence", "source", "note"}
FORMER_PRICE = {  # rule: the keys it needs, and those it may have
    "lowest": ({"rule", "days"}, {"progressive", "earlier"}),
    "majority": ({"rule", "days", "least_days", "recent_days"}, set()),
    "half_time": ({"rule", "days", "most_days"}, set()),
    "none": ({"rule"}, set()),
}
IN = {"any", "integer", "fraction", "last"}
ID = re.compile(r"(avoid|prefer|endings|round)(-[a-z0-9]+)+")
MONEY = re.compile(r"(0|[1-9]\d{0,14})(\.\d{1,9})?")
DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


class Wrong(Exception):
    """The file cannot be read at all."""


def plain(text):
    """JSON without comments and trailing commas. What stands in strings is left as it is."""
    out, at, comma = [], 0, None
    while at < len(text):
        if text[at] == '"':
            end = at + 1
            while end < len(text) and text[end] != '"':
                end += 2 if text[end] == "\\" else 1
            out.append(text[at:end + 1])
            at, comma = end + 1, None
        elif text.startswith("//", at):
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif text.startswith("/*", at):
            end = text.find("*/", at + 2)
            if end < 0:
                raise Wrong("a comment does not end")
            out.append(" ")
            at = end + 2
        else:
            letter = text[at]
            if letter in "]}" and comma is not None:
                out[comma] = " "
            if letter == ",":
                comma = len(out)
            elif not letter.isspace():
                comma = None
            out.append(letter)
            at += 1
    return "".join(out)


def each_key_once(pairs):
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise Wrong(f'the key "{key}" stands twice in one object')
    return dict(pairs)


def read(path):
    try:
        return json.loads(plain(path.read_text(encoding="utf-8")), object_pairs_hook=each_key_once, parse_float=Decimal)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise Wrong(str(error)) from error


class Check:
    def __init__(self, table):
        self.table = table
        self.wrong = []
        self.used = set()
        self.meaning = {}  # id of an avoid or prefer entry -> its numbers and the market that had it first

    def say(self, where, what):
        self.wrong.append(f"{where}: {what}")

    # --- what all facts have

    def evidence(self, where, fact):
        confidence = fact.get("confidence")
        if confidence not in CONFIDENCE:
            self.say(where, f"confidence is {confidence!r}")
        source = fact.get("source", [])
        keys = [source] if isinstance(source, str) else source
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys) or len(set(keys)) < len(keys) \
                or ("source" in fact and not keys):
            self.say(where, "source is neither a key nor a list of different keys")
            keys = []
        for key in keys:
            if key not in self.table.get("sources", {}):
                self.say(where, f'source "{key}" is not among the sources')
            self.used.add(key)
        if confidence in NEEDS_SOURCE and not keys:
            self.say(where, f'confidence "{confidence}" without a source')
        if "note" in fact and not (isinstance(fact["note"], str) and fact["note"].strip()):
            self.say(where, "an empty note")

    def keys(self, where, fact, needed, allowed=frozenset()):
        for key in sorted(needed - fact.keys()):
            self.say(where, f'"{key}" is missing')
        for key in sorted(fact.keys() - needed - allowed - EVIDENCE):
            self.say(where, f'"{key}" is unknown here')

    def money(self, where, text):
        if not isinstance(text, str) or not MONEY.fullmatch(text):
            self.say(where, f"{text!r} is no money text")
            return None
        return Decimal(text)

    def minor(self, where, text, decimals):
        """A money text in whole minor units."""
        amount = self.money(where, text)
        if amount is None:
            return None
        scaled = amount.scaleb(decimals)
        if scaled != scaled.to_integral_value():
            self.say(where, f"{text} is finer than the currency")
            return None
        return int(scaled)

    def no_strength(self, where, value):
        if isinstance(value, dict):
            if "strength" in value:
                self.say(where, "a strength is written; it follows from the confidence")
            for key, inner in value.items():
                self.no_strength(f"{where}/{key}", inner)
        elif isinstance(value, list):
            for inner in value:
                self.no_strength(where, inner)

    # --- endings

    def ending(self, where, pattern, decimals, unit, below):
        """Whether an amount of whole units, below the end of the band, is written so."""
        if not isinstance(pattern, str) or not re.fullmatch(r"(?=.*[0-9?])[0-9?]{0,15}(\.[0-9?]{1,9})?", pattern):
            self.say(where, f"{pattern!r} is no ending")
            return
        whole, point, fraction = pattern.partition(".")
        if point and len(fraction) > decimals:
            self.say(where, f'"{pattern}" cannot be shown with {decimals} decimals')
            return
        digits = whole + fraction.ljust(decimals, "0")
        # The amounts that end so are s, s + step, s + 2 * step, ...; one of them is a multiple of the unit if s is one
        # of what the two have in common.
        step = 10 ** len(digits)
        endings = [0]
        for place, digit in enumerate(reversed(digits)):
            endings = [ending + value * 10 ** place for ending in endings
                       for value in (range(10) if digit == "?" else [int(digit)])]
        shown = [ending for ending in endings if ending % gcd(unit, step) == 0]
        if not shown:
            self.say(where, f'"{pattern}" cannot be shown in steps of the unit')
            return
        least = min(self.first(ending, step, unit) for ending in shown)
        if below is not None and least >= below:
            self.say(where, f'"{pattern}" is never seen below the end of the band')

    @staticmethod
    def first(ending, step, unit):
        """The least amount above zero, of whole units, that ends so."""
        amount = ending or step
        while amount % unit:
            amount += step
        return amount

    def multiple(self, where, text, decimals, unit):
        amount = self.minor(where, text, decimals)
        if amount is None:
            return
        if amount <= 0 or not re.fullmatch(r"(1|2|25|5)0*", f"{Decimal(text).scaleb(9):.0f}"):
            self.say(where, f"multiple_of {text} is not 1, 2, 2.5 or 5 times a power of ten")
        elif amount % unit:
            self.say(where, f"multiple_of {text} is no multiple of the unit")

    def bands(self, where, entries, decimals, unit):
        bands = []
        for entry in entries:
            here = f"{where}/{entry.get('id')}"
            low = self.money(here, entry["from"]) if "from" in entry else Decimal(0)
            high = self.money(here, entry["below"]) if "below" in entry else None
            if low is None or ("below" in entry and high is None):
                continue
            for key in ("from", "below"):
                if key in entry:
                    self.minor(here, entry[key], decimals)
            if ("from" in entry and low <= 0) or (high is not None and high <= low):
                self.say(here, "an empty band, or one that begins at zero in words")
                continue
            limits = (["from", entry["from"]] if "from" in entry and "below" not in entry else
                      [entry["from"], "to", entry["below"]] if "from" in entry else
                      ["below", entry["below"]] if "below" in entry else ["all"])
            if entry.get("id") == "round-to-whole":  # beside the bands: no amount of the market has decimals
                if limits != ["all"]:
                    self.say(here, "holds for all amounts, so it has no band")
                if entry.get("multiple_of") != "1":
                    self.say(here, "is a multiple of 1")
                continue
            kind = "endings" if "endings" in entry else "round"
            named = "-".join([kind, *limits]).replace(".", "-")
            if entry.get("id") != named:
                self.say(here, f'the id of this band is "{named}"')
            bands.append((low, high, here))
            if "endings" in entry:
                patterns = entry["endings"]
                if not isinstance(patterns, list) or not patterns or len(set(map(str, patterns))) < len(patterns):
                    self.say(here, "endings is no list of different endings")
                    continue
                for pattern in patterns:
                    self.ending(here, pattern, decimals, unit, None if high is None else int(high.scaleb(decimals)))
            else:
                self.multiple(here, entry["multiple_of"], decimals, unit)
        if not bands:
            self.say(where, "no endings")
            return
        bands.sort(key=lambda band: band[0])
        reached = Decimal(0)
        for low, high, here in bands:
            if reached is None or low < reached:
                self.say(here, "the band overlaps another one")
            elif low > reached:
                self.say(here, f"no band from {reached} to {low}")
            reached = None if reached is None or high is None else max(reached, high)
        if reached is not None:
            self.say(where, f"no band from {reached} up")

    # --- numbers

    def numbers(self, where, value):
        """What an avoid or prefer object names, as a set of (granularity, pattern)."""
        named = set()
        if not isinstance(value, dict) or not value.keys() & {"digits", "sequences", "amounts"}:
            self.say(where, "names no digits, sequences or amounts")
            return named
        for key in sorted(value.keys() - {"digits", "sequences", "amounts", "in"}):
            self.say(where, f'"{key}" is unknown here')
        place = value.get("in", "any")
        if place not in IN or ("in" in value and not value.keys() & {"digits", "sequences"}):
            self.say(where, f'"in" is {place!r}')
        if place == "last" and "sequences" in value:
            self.say(where, "only digits can be the last")
        digits = value.get("digits", "0")
        if not isinstance(digits, str) or not re.fullmatch(r"[0-9]+", digits) or len(set(digits)) < len(digits):
            self.say(where, f"digits are {digits!r}")
        elif "digits" in value:
            named |= {(f"digit, {place}", digit) for digit in digits}
        for key, form in (("sequences", r"\d{2,}"), ("amounts", r"[1-9]\d*")):
            for text in value.get(key, []):
                if not isinstance(text, str) or not re.fullmatch(form, text):
                    self.say(where, f"{text!r} among {key}")
                else:
                    named.add((f"sequence, {place}" if key == "sequences" else "amount", text))
        return named

    def culture(self, cc, market, decimals, unit):
        where = f"{cc}/culture"
        entries = market["culture"]
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self.say(where, "is no list of entries")
            return
        ids, bands, avoided, preferred = set(), [], set(), set()
        for entry in entries:
            here = f"{where}/{entry.get('id')}"
            effects = [key for key in ("avoid", "prefer", "endings", "multiple_of") if key in entry]
            if len(effects) != 1:
                self.say(here, "not exactly one of avoid, prefer, endings and multiple_of")
                continue
            effect = effects[0]
            self.keys(here, entry, {"id", effect}, {"from", "below", "wider"})
            self.evidence(here, entry)
            if entry.get("confidence") == "none":
                self.say(here, "an entry without evidence")
            if entry.get("wider", True) is not True:
                self.say(here, '"wider" is true or absent')
            name = entry.get("id")
            if not isinstance(name, str) or not ID.fullmatch(name) \
                    or not name.startswith({"multiple_of": "round"}.get(effect, effect) + "-"):
                self.say(here, "the id has a wrong form")
            elif name in ids:
                self.say(here, "the id stands twice")
            ids.add(name)
            if effect in ("endings", "multiple_of"):
                bands.append(entry)
                continue
            if entry.keys() & {"from", "below"}:
                self.say(here, "numbers have no band")
            named = self.numbers(here, entry[effect])
            (avoided if effect == "avoid" else preferred).update(named)
            first, before = self.meaning.setdefault(name, (cc, named))
            if before != named:
                self.say(here, f"the id says something else in {first}")
        for granularity, pattern in sorted(avoided & preferred):
            self.say(where, f"{pattern} ({granularity}) is avoided and preferred")
        self.bands(where, bands, decimals, unit)
        for entry in bands:
            for pattern in entry.get("endings", []):
                self.against_avoided(f"{where}/{entry.get('id')}", str(pattern), avoided)

    def against_avoided(self, where, pattern, avoided):
        """An ending that the market's own numbers always forbid."""
        significant = pattern.replace(".", "").rstrip("0")
        for granularity, number in sorted(avoided):
            if granularity == "digit, last" and significant.endswith(number):
                self.say(where, f'"{pattern}" ends in {number}, which the market avoids')
            elif granularity in ("digit, any", "sequence, any") and any(number in part for part in pattern.split(".")):
                self.say(where, f'"{pattern}" has {number}, which the market avoids')

    # --- a market

    def former_price(self, where, fact):
        rule = fact.get("rule")
        if rule not in FORMER_PRICE:
            self.say(where, f"rule is {rule!r}")
            return
        needed, allowed = FORMER_PRICE[rule]
        self.keys(where, fact, needed, allowed)
        for key in ("days", "least_days", "recent_days", "most_days"):
            if key in fact and (type(fact[key]) is not int or fact[key] < 1):
                self.say(where, f'"{key}" is {fact[key]!r}')
        if fact.get("progressive", True) is not True:
            self.say(where, '"progressive" is true or absent')
        for one in fact.get("earlier", []):
            if not isinstance(one, dict) or one.keys() != {"until", "days"} or type(one["days"]) is not int \
                    or one["days"] < 1 or not DATE.fullmatch(str(one["until"])):
                self.say(where, f'"earlier" has {one!r}')
        if rule == "none" and "note" not in fact:
            self.say(where, "no note says what the law asks for")

    def market(self, cc, market):
        if not isinstance(market, dict):
            self.say(cc, "is no market")
            return
        expected = {"name", "culture", *FACTS}
        for key in sorted(expected - market.keys()):
            self.say(cc, f'"{key}" is missing')
        for key in sorted(market.keys() - expected):
            self.say(cc, f'"{key}" is unknown here')
        if not isinstance(market.get("name", "-"), str) or not market.get("name", "-").strip():
            self.say(cc, "has an empty name")
        for key in FACTS:
            if key in market and not isinstance(market[key], dict):
                self.say(f"{cc}/{key}", "is no fact")
                return
            if key in market:
                self.evidence(f"{cc}/{key}", market[key])
                if key != "former_price":
                    self.keys(f"{cc}/{key}", market[key], {"value"})
        if "former_price" in market:
            self.former_price(f"{cc}/former_price", market["former_price"])
        if expected - market.keys() or any("value" not in market[key] for key in FACTS if key != "former_price"):
            return

        currency = market["currency"]["value"]
        if currency != CURRENCIES.get(cc):
            self.say(f"{cc}/currency", f"{currency!r} instead of {CURRENCIES.get(cc)}")
            return
        decimals = 0 if currency in WITHOUT_DECIMALS else 2
        text = market["unit"]["value"]
        unit = self.minor(f"{cc}/unit", text, decimals)
        expected_unit = UNITS.get(cc, "1" if decimals == 0 else "0.01")
        if text != expected_unit:
            self.say(f"{cc}/unit", f"{text!r} instead of {expected_unit}")
        if "note" not in market["unit"]:
            self.say(f"{cc}/unit", "no note says why it is not larger")
        if market["display"]["value"] not in ("gross", "net"):
            self.say(f"{cc}/display", f"{market['display']['value']!r}")
        step = market["cash_step"]["value"]
        if step is not None and not self.minor(f"{cc}/cash_step", step, decimals):
            self.say(f"{cc}/cash_step", f"{step!r} is no step")
        value = market["minimum_resale_price"]["value"]
        if value not in ("forbidden", "allowed", "unknown"):
            self.say(f"{cc}/minimum_resale_price", f"{value!r}")
        elif (value == "unknown") != (market["minimum_resale_price"].get("confidence") == "none"):
            self.say(f"{cc}/minimum_resale_price", 'what is unknown has confidence "none", and nothing else has')
        if unit:
            self.culture(cc, market, decimals, unit)

    # --- what must not be lost

    def kept(self):
        """Facts that an edit could undo without anything else noticing."""
        markets = self.table["markets"]
        said = {}
        for cc, market in markets.items():
            for entry in market["culture"]:
                for effect in ("avoid", "prefer"):
                    for named in self.numbers(cc, entry[effect]) if effect in entry else ():
                        said.setdefault((effect, *named), {})[cc] = entry["confidence"]

        def of(effect, granularity, pattern):
            return set(said.get((effect, granularity, pattern), {}))

        def hold(condition, what):
            if not condition:
                self.say("the table", what)

        hold(said.get(("avoid", "digit, last", "4"), {}).get("CN") == "paper", "CN avoids a last 4 on a paper's word")
        hold({"IT", "IL"} <= of("prefer", "amount", "13"), "13 is lucky in IT and IL")
        hold(not {"IT", "IL"} & of("avoid", "amount", "13"), "13 is not unlucky in IT and IL")
        hold(of("avoid", "amount", "17") == {"IT"}, "17 is unlucky in IT, and only there")
        hold(of("avoid", "sequence, any", "88") == {"DE", "AT"}, "88 is avoided in DE and AT, and only there")
        hold("CN" in of("prefer", "digit, last", "8"), "CN likes a last 8")
        hold("VN" in of("prefer", "sequence, any", "39"), "39 is lucky in VN")
        hold({"CN", "TH"} <= of("prefer", "digit, any", "9"), "9 is lucky in CN and TH")
        hold(not any(effect == "avoid" and pattern == "9" for effect, _, pattern in said), "no market avoids a 9")

        former = {cc: market["former_price"] for cc, market in markets.items()}
        for cc in sorted(EU):
            hold((former[cc]["rule"], former[cc].get("days")) == ("lowest", 30), f"{cc} has the EU's 30 days")
            hold(markets[cc]["minimum_resale_price"]["value"] == "forbidden", f"{cc} has the EU's rule on resale")
        for cc, days in (("TR", 10), ("CN", 7), ("KR", 20), ("NO", 30)):
            hold((former[cc]["rule"], former[cc].get("days")) == ("lowest", days), f"{cc} has {days} days")
        hold({cc for cc, fact in former.items() if fact.get("progressive")} == {"DE"}, "series of cuts are DE's")
        hold(former["TR"].get("earlier") == [{"until": "2025-10-11", "days": 30}], "TR had 30 days until 2025-10-11")
        hold(former["JP"]["rule"] == "majority", "JP has its own rule")
        hold(former["CH"]["rule"] == "half_time", "CH has its own rule")
        hold({cc for cc, market in markets.items() if market["display"]["value"] == "net"} == {"US", "CA"},
             "prices are shown without tax in US and CA, and only there")

    def run(self):
        table = self.table
        if not isinstance(table, dict) or not isinstance(table.get("markets"), dict) \
                or not isinstance(table.get("sources"), dict):
            self.say("the table", "no object with sources and markets")
            return self.wrong
        for key in sorted(table.keys() - {"pricepoint_markets", "version", "sources", "markets"}):
            self.say("the table", f'"{key}" is unknown here')
        if table.get("pricepoint_markets") != 1:
            self.say("the table", '"pricepoint_markets" is not 1')
        if not re.fullmatch(r"\d{4}\.\d{2}", str(table.get("version"))):
            self.say("the table", f'version {table.get("version")!r}')
        for key, text in table["sources"].items():
            if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) or not isinstance(text, str) or not text.strip():
                self.say(f"sources/{key}", "a wrong key or no text")
        self.no_strength("the table", table)
        for cc in sorted(CURRENCIES.keys() - table["markets"].keys()):
            self.say(cc, "the market is missing")
        for cc in sorted(table["markets"].keys() - CURRENCIES.keys()):
            self.say(cc, "this check does not know the market; add it to CURRENCIES")
        for cc, market in table["markets"].items():
            self.market(cc, market)
        for key in sorted(table["sources"].keys() - self.used):
            self.say(f"sources/{key}", "no fact uses it")
        if not self.wrong:
            self.kept()
        return self.wrong


def check():
    path = Path(given.names[0]) if given.names else FILE
    try:
        wrong = Check(read(path)).run()
    except (Wrong, InvalidOperation) as error:
        wrong = [f"cannot be read: {error}"]
    for line in wrong:
        print(f"{path}: {line}", file=sys.stderr)
    if wrong:
        sys.exit(f"{len(wrong)} wrong")
    print(f"{path}: all right")


if __name__ == "__main__":
    main(check, __doc__, program=False, names="FILE")
