#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What compare says follows from two outputs of price: changed rows, their rules and every figure are computed again, in a
plain way and exactly, and must be the same. Its words are held in cases/compare-*.

usage: tests/golden/compare.py [--program PATH]          (or the environment's PRICEPOINT_CLI)
"""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from _golden import ROOT, given, main_of_tests

DEMO = ROOT / "examples" / "demo"
AT = "2026-11-05T12:00:00Z"  # inside a period
PRICED = ("priced", "compromised")

# Displays, decimals, currencies, fees, credits and fields differ, some of them between the two policies.
MIXED = {
    "pricepoint": 1,
    "markets": {"CN": {"currency": "CNY", "display": "gross", "tax": "13%"}, "JP": {"currency": "JPY", "display": "gross", "tax": "10%"},
                "KW": {"currency": "KWD", "display": "net"}, "XX": {"currency": "EUR", "display": "gross"}},
    "channels": {
        "store": {"kind": "traditional"},
        "dealer": {"kind": "traditional", "owner": "reseller"},
        "web": {"kind": "online", "reference": "store", "fee": "2.5%"},
        "trade": {"kind": "online", "reference": "web", "display": "net"},
        "app": {"kind": "online", "reference": "trade", "fee": "7.123456%"},
    },
    "attributes": {"role": ["a", "b"], "note": "text", "stock": "number"},
    "rules": [
        {"id": "first", "base": "msrp", "when": {"stock": {"from": 3}}, "skip_if_missing": True},
        {"id": "a", "when": {"role": "a"}, "discount": "7.77%"},
        {"id": "note", "when": {"note": ["x", "y"]}, "discount": "1%", "group": "note"},
        {"id": "earn", "floor": "cost * 105%", "skip_if_missing": True},
        {"id": "keep", "when": {"channel": "web"}, "hold": "4%"},
        {"id": "thanks", "when": {"channel": ["web", "app"], "market": "CN"}, "credit": {"to": "dealer", "rate": "3.3%"}},
        {"id": "cheap", "when": {"target": {"below": {"CNY": "25", "JPY": "900"}}}, "endings": [".?9", ".?5"], "strength": "strong"},
        {"id": "dear", "when": {"target": {"from": {"CNY": "25"}}}, "endings": [".99"], "strength": "weak"},
    ],
}


def changed_policy(policy):
    """Another one of the same kind: rules gone, new, changed and only renamed, a channel and an attribute more."""
    made = json.loads(json.dumps(policy))
    rules = {rule["id"]: rule for rule in made["rules"]}
    made["markets"]["JP"]["tax"] = "8%"
    made["channels"]["kiosk"] = {"kind": "online", "reference": "web"}
    made["channels"]["app"]["fee"] = "8%"
    made["attributes"]["age"] = "number"
    rules["a"]["discount"] = "10.01%"
    rules["note"]["id"] = "remark"
    rules["earn"]["floor"] = "cost * 120%"
    rules["thanks"]["credit"]["rate"] = "5%"
    rules["cheap"]["endings"] = [".?9", ".00"]
    made["rules"] = [rule for rule in made["rules"] if rule["id"] != "keep"]
    made["rules"] += [{"id": "old", "when": {"age": {"from": 2}}, "discount": "4%", "group": "age"},
                      {"id": "low", "when": {"role": "b", "stock": {"from": 4}}, "floor": "40"},
                      {"id": "high", "when": {"role": "b", "stock": {"from": 4}}, "ceiling": "30"}]
    return made


def mixed_rows():
    lines = ["sku,market,role,note,stock,age,units,msrp,price.store,price.web,price.kiosk,cost,shipping,currency,tax,fee"]
    number = 0
    for market, store, cost in (("CN", "29.99", "11.503"), ("JP", "1234", "500.25"), ("KW", "9.755", "3.1"), ("XX", "15", "7")):
        for role in ("a", "b", "c", ""):
            for stock, age in (("1", ""), ("3", "2.5"), ("5", "x"), ("many", "1")):
                for units in ("", "3", "0.123456789", "0", "-1", "100000"):
                    number += 1
                    more = {"currency": ("", "", "EUR", "USD")[number % 4], "tax": ("", "", "7.25%")[number % 3],
                            "fee": ("", "1%")[number % 2], "shipping": ("1.1", "")[number % 5 == 0],
                            "cost": ("", cost)[number % 7 > 0], "note": "xyz"[number % 3], "web": ("", "28", "26.5")[number % 3],
                            "kiosk": ("", "27", "?")[number % 19 % 3], "msrp": ("", "33.30")[number % 6 == 0]}
                    lines.append(f"S{number},{market},{role},{more['note']},{stock},{age},{units},{more['msrp']},{store},{more['web']},"
                                 f"{more['kiosk']},{more['cost']},{more['shipping']},{more['currency']},{more['tax']},{more['fee']}")
    return "\n".join(lines) + "\n"


RATES = ("from,to,rate,at\nEUR,CNY,7.123456789,2026-01-01T00:00:00Z\nEUR,CNY,7.8,2026-05-20T00:00:00Z\n"
         "EUR,JPY,161.05,2026-01-01T00:00:00Z\nEUR,KWD,0.333333333,2026-01-01T00:00:00Z\nUSD,CNY,7,2026-01-01T00:00:00Z\n")
DIGITS = {"CNY": 2, "EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}


def run(*arguments, **more):
    return subprocess.run([given.program, *arguments], capture_output=True, check=False, **more)


def half_up(value):
    """To a whole number, halves away from zero."""
    value = Fraction(value)
    whole = (abs(value) * 2 + 1) // 2
    return -int(whole) if value < 0 else int(whole)


def scaled(whole, digits):
    return str(Decimal(int(whole)).scaleb(-digits)) if digits == 0 else f"{Decimal(int(whole)).scaleb(-digits):.{digits}f}"


def percent(hundredths):
    return scaled(hundredths, 2) + "%"


def rate_of(text):
    return Fraction(text.removesuffix("%")) / 100


def ending(price):
    whole, _, decimals = price.partition(".")
    if not decimals:
        return whole.rjust(2, "0")[-2:]
    return f"{whole[-1]}.{decimals}" if set(decimals) == {"0"} else "." + decimals


def strip(text):
    """A policy of the demo as plain JSON."""
    text = re.sub(r"(?m)(^|\s)//.*$", "", text)
    return json.loads(re.sub(r",(\s*[}\]])", r"\1", text))


def meaning(rule):
    return json.dumps({key: value for key, value in rule.items() if key not in ("id", "because")}, sort_keys=True)


class Plain:
    """What compare should say, from two outputs of price with explanations."""

    def __init__(self, test, policies, items, channels, rates="", at=AT):
        self.policies = [strip(Path(path).read_text(encoding="utf-8")) for path in policies]
        with open(items, encoding="utf-8", newline="") as file:
            self.items = list(csv.DictReader(file))
        self.rates = list(csv.DictReader(io.StringIO(rates)))
        outputs = []
        for path, policy in zip(policies, self.policies):
            declared = [one for one in channels if one in policy["channels"]]
            others = [one for one in channels if one not in declared]
            decided = []
            if declared:
                flags = ["--rates", test.rates_file] if rates else []
                done = run("price", "--policy", path, "--items", items, "--channel", ",".join(declared), "--at", at, "--format",
                           "ndjson", "--explain", "--quiet", *flags)
                test.assertIn(done.returncode, (0, 1), done.stderr)
                decided = [json.loads(line) for line in done.stdout.splitlines()]
                test.assertEqual(len(decided), len(self.items) * len(declared))
            output = []
            for number in range(len(self.items)):
                output += decided[number * len(declared):(number + 1) * len(declared)]
                # On a channel that the policy does not know it says this of every row.
                output += [{"channel": one, "status": "invalid", "invalid": ["channel"]} for one in others]
            outputs.append(output)
        # Decisions of one row on all channels stand together; the order of the channels is each policy's own.
        size = len(channels)
        self.pairs = []
        for at_row, item in enumerate(self.items):
            before, after = (output[at_row * size:(at_row + 1) * size] for output in outputs)
            for one in after:
                other = next(each for each in before if each.get("channel") == one.get("channel"))
                self.pairs.append((item, other, one))
        meanings = [Counter(meaning(rule) for rule in policy["rules"]) for policy in self.policies]
        self.differing = []  # by side: ids of rules that the other policy does not have
        for side in (0, 1):
            own, other = Counter(), meanings[1 - side]
            self.differing.append(set())
            for rule in self.policies[side]["rules"]:
                own[meaning(rule)] += 1
                if own[meaning(rule)] > other[meaning(rule)]:
                    self.differing[side].add(rule["id"])

    def changed(self):
        for item, before, after in self.pairs:
            was, now = ((side.get("status"), side.get("price"), side.get("currency") if "price" in side else None)
                        for side in (before, after))
            if was != now:
                yield item, before, after

    def change(self, before, after):
        if "price" not in before or "price" not in after or before["currency"] != after["currency"]:
            return None
        was, now = Fraction(before["price"]), Fraction(after["price"])
        return None if was == now else half_up((now - was) / was * 10_000)

    def rules(self, before, after):
        on = set()
        for side, decision in enumerate((before, after)):
            for rule in decision.get("explanation", {}).get("rules", []):
                if rule["on"] and rule["id"] in self.differing[side]:
                    on.add(rule["id"])
        return sorted(on)

    def net_money(self, item, name, to):
        """A field without tax in minor units of `to`; converted ones are rounded to nine decimals of these."""
        if not item.get(name):
            return None
        value = Fraction(item[name]) * 10 ** DIGITS[to]
        given = item.get("currency") or to
        if given == to:
            return value
        known = [rate for rate in self.rates if rate["from"] == given and rate["to"] == to and rate["at"] <= AT]
        if not known:
            return None
        return Fraction(half_up(value * Fraction(max(known, key=lambda rate: rate["at"])["rate"]) * 10 ** 9), 10 ** 9)

    def margin(self, side, item, decision):
        """Of a piece, in minor units; None where it is not known."""
        digits = DIGITS[decision["currency"]]
        channel = self.policies[side]["channels"][decision["channel"]]
        cost, shipping = (self.net_money(item, name, decision["currency"]) for name in ("cost", "shipping"))
        if "net" not in decision or cost is None or shipping is None:
            return None
        fee = rate_of(item.get("fee") or channel.get("fee", "0%"))
        minor = lambda text: Fraction(text) * 10 ** digits
        owed = sum(minor(credit["amount"]) for credit in decision.get("credits", []))
        return minor(decision["net"]) - fee * minor(decision["price"]) - owed - cost - shipping

    def summary(self, gates):
        """Figures as the rows of the summary, but for policies and rules."""
        changed = list(self.changed())
        changes = [(self.change(before, after), item, before, after) for item, before, after in changed]
        changes = [one for one in changes if one[0] is not None]
        ups = [one for one in changes if Fraction(one[3]["price"]) > Fraction(one[2]["price"])]
        downs = [one for one in changes if Fraction(one[3]["price"]) < Fraction(one[2]["price"])]
        conflicts = sum(1 for _, before, after in changed if after["status"] == "conflict" and before["status"] != "conflict")
        count = lambda name, number, **more: {"part": "rows", "name": name, "rows": str(number), **more}
        rows = len(self.pairs)
        yield count("compared", rows)
        yield count("changed", len(changed), share=percent(half_up(Fraction(len(changed), rows) * 10_000)))
        yield count("repriced", len(changes))
        yield count("up", len(ups))
        yield count("down", len(downs))
        yield count("gained", sum(1 for _, before, after in changed if "price" in after and "price" not in before))
        yield count("lost", sum(1 for _, before, after in changed if "price" in before and "price" not in after))
        yield count("new_conflicts", conflicts)
        ordered = sorted(one[0] for one in changes)
        if ordered:
            yield {"part": "change", "name": "mean", "change_rate": percent(half_up(Fraction(sum(ordered), len(ordered))))}
            for rank in (5, 50, 95):
                at = -(-rank * len(ordered) // 100) - 1
                yield {"part": "change", "name": f"p{rank}", "change_rate": percent(ordered[at])}
        for name, some, key in (("largest_up", ups, lambda one: -one[0]), ("largest_down", downs, lambda one: one[0])):
            if some:
                change, item, before, after = min(some, key=key)
                digits = DIGITS[after["currency"]]
                minor = (Fraction(after["price"]) - Fraction(before["price"])) * 10 ** digits
                yield {"part": "change", "name": name, "sku": item["sku"], "channel": after["channel"], "market": after["market"],
                       "currency": after["currency"], "before": before["price"], "after": after["price"],
                       "change": scaled(minor, digits), "change_rate": percent(change)}
        order = ("priced", "compromised", "withheld", "incomplete", "invalid", "conflict")
        statuses = Counter((before["status"], after["status"]) for _, before, after in self.pairs)
        for pair in sorted(statuses, key=lambda pair: tuple(order.index(one) for one in pair)):
            yield {"part": "status", "before": pair[0], "after": pair[1], "rows": str(statuses[pair])}
        yield from self.effects()
        yield from self.endings()
        if "max-change" in gates:
            more = sum(1 for one in changes if Fraction(abs(one[0]), 10_000) > rate_of(gates["max-change"]))
            yield {"part": "gate", "name": "max-change", "limit": gates["max-change"], "rows": str(more),
                   "exceeded": str(more > 0).lower()}
        if "max-changed" in gates:
            more = Fraction(len(changed), rows) > rate_of(gates["max-changed"])
            yield {"part": "gate", "name": "max-changed", "limit": gates["max-changed"], "rows": str(len(changed)),
                   "exceeded": str(more).lower()}
        if "no-new-conflicts" in gates:
            yield {"part": "gate", "name": "no-new-conflicts", "rows": str(conflicts), "exceeded": str(conflicts > 0).lower()}

    def effects(self):
        figures = {"revenue": defaultdict(lambda: [0, Fraction(0), Fraction(0)]),
                   "margin": defaultdict(lambda: [0, Fraction(0), Fraction(0)])}
        for item, before, after in self.pairs:
            if "price" not in before or "price" not in after or before["currency"] != after["currency"] or not item.get("units"):
                continue
            key = (after["market"], after["channel"], after["currency"])
            sides = [Fraction(one["price"]) * 10 ** DIGITS[one["currency"]] for one in (before, after)]
            margins = [self.margin(side, item, one) for side, one in enumerate((before, after))]
            for name, amounts in (("revenue", sides), ("margin", margins)):
                if None in amounts:
                    continue
                entry = figures[name][key]
                entry[0] += 1
                for side, amount in enumerate(amounts):
                    entry[1 + side] += Fraction(item["units"]) * amount
        for name, entries in figures.items():
            for (market, channel, currency), (rows, *sums) in sorted(entries.items()):
                before, after = (half_up(one) for one in sums)
                digits = DIGITS[currency]
                made = {"part": name, "channel": channel, "market": market, "currency": currency, "rows": str(rows),
                        "before": scaled(before, digits), "after": scaled(after, digits), "change": scaled(after - before, digits)}
                if before:
                    made["change_rate"] = percent(half_up(Fraction(after - before, abs(before)) * 10_000))
                yield made

    def endings(self):
        counts = defaultdict(lambda: [0, 0])
        for _, *sides in self.pairs:
            for side, decision in enumerate(sides):
                if "price" in decision:
                    counts[decision["market"], decision["currency"], ending(decision["price"])][side] += 1
        key = lambda entry: (entry[0][0], -entry[1][1], -entry[1][0], entry[0][2], entry[0][1])
        for (market, currency, text), (before, after) in sorted(counts.items(), key=key):
            yield {"part": "ending", "name": text, "market": market, "currency": currency, "rows_before": str(before),
                   "rows_after": str(after)}


class Compare(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.path = lambda name: os.path.join(self.directory.name, name)
        self.rates_file = self.path("rates.csv")
        Path(self.rates_file).write_text(RATES, encoding="utf-8")

    def write(self, name, text):
        Path(self.path(name)).write_text(text, encoding="utf-8")
        return self.path(name)

    def compare(self, policies, items, channels, *flags, status=(0,)):
        done = run("compare", "--before", policies[0], "--after", policies[1], "--items", items, "--channel", ",".join(channels),
                   "--at", AT, "--format", "ndjson", "--summary", self.path("summary.csv"), *flags)
        self.assertIn(done.returncode, status, done.stderr)
        with open(self.path("summary.csv"), encoding="utf-8", newline="") as file:
            summary = [{key: value for key, value in row.items() if value} for row in csv.DictReader(file)]
        return [json.loads(line) for line in done.stdout.splitlines()], summary, done

    def hold(self, policies, items, channels, rates=""):
        plain = Plain(self, policies, items, channels, rates)
        flags = ["--rates", self.rates_file] if rates else []
        gates = {"max-change": "7.5%", "max-changed": "12.34%", "no-new-conflicts": True}
        given = ["--max-change", "7.5%", "--max-changed", "12.34%", "--no-new-conflicts"]
        rows, summary, done = self.compare(policies, items, channels, *flags, *given, status=(1,))
        changed = list(plain.changed())
        self.assertEqual(len(rows), len(changed))
        causes = Counter()
        for row, (item, before, after) in zip(rows, changed):
            expected = {"sku": item["sku"], "channel": after["channel"], "market": after["market"],
                        "status_before": before["status"], "status_after": after["status"]}
            for side, decision in (("before", before), ("after", after)):
                if "price" in decision:
                    expected[f"price_{side}"] = decision["price"]
            for name in ("conflict", "missing", "invalid"):
                if name in after:
                    expected[name] = after[name]
            if "currency" in after or "currency" in before:
                expected["currency"] = after.get("currency", before.get("currency"))
            change = plain.change(before, after)
            if change is not None:
                digits = DIGITS[after["currency"]]
                minor = (Fraction(after["price"]) - Fraction(before["price"])) * 10 ** digits
                expected["change"], expected["change_rate"] = scaled(minor, digits), percent(change)
            rules = row.pop("rules", [])
            causes.update(rules)
            self.assertEqual(row, expected)
            named = [name for name in rules if not name.startswith(("policy.", "price."))]
            # A row that one policy cannot read has no explanation there.
            self.assertEqual(named, plain.rules(before, after), (row, rules))
            self.assertNotEqual(rules, [], row)
        self.assertEqual([row for row in summary if row["part"] not in ("policy", "rule")], list(plain.summary(gates)))
        self.assertEqual({row["name"]: int(row["rows"]) for row in summary if row["part"] == "rule"}, dict(causes))
        counts = [int(row["rows"]) for row in summary if row["part"] == "rule"]
        self.assertEqual(counts, sorted(counts, reverse=True))
        # The same for any number of threads, and as the other kinds of output have it.
        for threads in ("1", "3"):
            again = self.compare(policies, items, channels, *flags, *given, "--threads", threads, status=(1,))
            self.assertEqual(again[2].stdout, done.stdout)
            self.assertEqual(again[1], summary)
        alone = run("compare", "--before", policies[0], "--after", policies[1], "--items", items, "--channel", ",".join(channels),
                    "--at", AT, "--format", "ndjson", *flags, *given)
        self.assertEqual(alone.stdout[:len(done.stdout)], done.stdout)
        objects = [json.loads(line) for line in alone.stdout[len(done.stdout):].splitlines()]
        for one in objects:
            self.assertIs(one.pop("summary"), True)
            one.update({key: str(value).lower() for key, value in one.items() if isinstance(value, (int, bool))})
        self.assertEqual(objects, summary)
        return causes

    def demo(self, *changes):
        text = (DEMO / "policy.json").read_text(encoding="utf-8")
        for before, after in changes:
            self.assertIn(before, text)
            text = text.replace(before, after)
        return [str(DEMO / "policy.json"), self.write("after.json", text)]

    DEMO_CHANGES = [('"id": "volume", "when": { "role": "volume" }, "discount": "5%"',
                     '"id": "volume", "when": { "role": "volume" }, "discount": "5.5%"'),
                    ('"margin": "8%"', '"margin": "14%"'), ('"fee": "8%"', '"fee": "9%"'),
                    ('"rate": "3%"', '"rate": "2%"'), ('"id": "jp.low"', '"id": "japan.low"')]

    def test_the_demo_on_one_channel(self):
        self.hold(self.demo(*self.DEMO_CHANGES), str(DEMO / "catalogue.csv"), ["web"])

    def test_the_demo_on_several(self):
        causes = self.hold(self.demo(*self.DEMO_CHANGES), str(DEMO / "catalogue.csv"), ["web", "members", "marketplace"])
        self.assertGreater(causes["price.web"], 0)
        self.assertNotIn("japan.low", causes)

    def test_displays_currencies_and_fields_of_all_kinds(self):
        policies = [self.write("before.json", json.dumps(MIXED)), self.write("after.json", json.dumps(changed_policy(MIXED)))]
        items = self.write("items.csv", mixed_rows())
        for channels in (["web"], ["trade"], ["app", "trade", "web"], ["kiosk"], ["kiosk", "trade", "web"]):
            with self.subTest(channels=channels):
                self.hold(policies, items, channels, RATES)

    def test_one_policy_twice(self):
        policy = str(DEMO / "policy.json")
        rows, summary, done = self.compare([policy, policy], str(DEMO / "catalogue.csv"), ["web", "members"], "--max-change", "0%",
                                           "--max-changed", "0%", "--no-new-conflicts")
        self.assertEqual((rows, done.stderr), ([], b""))
        self.assertEqual([row for row in summary if row["part"] in ("change", "rule")], [])

    def test_gates_are_exceeded_above_their_limit(self):
        policies = self.demo(*self.DEMO_CHANGES)
        items = str(DEMO / "catalogue.csv")
        rows, _, _ = self.compare(policies, items, ["web"])
        largest = max(abs(Decimal(row["change_rate"].removesuffix("%"))) for row in rows if "change_rate" in row)
        with open(items, encoding="utf-8", newline="") as file:
            total = sum(1 for _ in csv.DictReader(file))
        share = Fraction(len(rows) * 100, total)
        above = -(-share * 10 ** 6 // 1)
        for gate, limit, status in (("--max-change", f"{largest}%", 0), ("--max-change", f"{largest - Decimal('0.000001')}%", 1),
                                    ("--max-changed", scaled(above, 6) + "%", 0), ("--max-changed", scaled(above - 1, 6) + "%", 1)):
            with self.subTest(gate=gate, limit=limit):
                _, _, done = self.compare(policies, items, ["web"], gate, limit, status=(status,))
                self.assertEqual(done.stderr.count(b"\n"), status)

    def test_memory_does_not_grow_with_the_rows(self):
        policies = self.demo(*self.DEMO_CHANGES)
        header, body = (DEMO / "catalogue.csv").read_text(encoding="utf-8").split("\n", 1)
        code = ("import resource,subprocess,sys;subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL);"
                "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
        environment = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
        peaks = []
        for times in (2, 20):
            items = self.write("items.csv", header + "\n" + body * times)
            done = subprocess.run([sys.executable, "-c", code, given.program, "compare", "--before", policies[0],
                                   "--after", policies[1], "--items", items, "--channel", "web", "--at", AT, "--threads", "2"], stdout=subprocess.PIPE,
                                  env=environment, check=True)
            peaks.append(int(done.stdout))
        self.assertLess(peaks[1], peaks[0] * 1.5 + 8192, peaks)

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full here")
    def test_a_summary_that_cannot_be_written_ends_it(self):
        policies = self.demo(*self.DEMO_CHANGES)
        done = run("compare", "--before", policies[0], "--after", policies[1], "--items", str(DEMO / "catalogue.csv"), "--channel",
                   "web", "--at", AT, "--summary", "/dev/full", "--out", self.path("rows.csv"))
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"/dev/full: error PP-F003", done.stderr)
        self.assertFalse(os.path.exists(self.path("rows.csv")))

    def test_a_closed_pipe_ends_it_quietly(self):
        policies = self.demo(*self.DEMO_CHANGES)
        with subprocess.Popen([given.program, "compare", "--before", policies[0], "--after", policies[1], "--items",
                               str(DEMO / "catalogue.csv"), "--channel", "web,members,marketplace", "--at", AT],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
            program.stdout.readline()
            program.stdout.close()
            self.assertEqual(program.stderr.read(), b"")
            self.assertIn(program.wait(60), (-signal.SIGPIPE, 141))


if __name__ == "__main__":
    main_of_tests(__doc__)
