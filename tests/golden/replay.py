#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A record says enough: replaying it gives the same decisions, and under another policy exactly those differ that pricing
with both policies shows.

usage: tests/golden/replay.py [--program PATH]          (or the environment's PRICEPOINT_CLI)
"""

import csv
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from _golden import ROOT, given, main_of_tests

DEMO = ROOT / "examples" / "demo"
AT = "2026-11-05T12:00:00Z"  # inside a period
CHANNELS = ["web", "members", "marketplace"]

# Displays, decimals and the request's currency differ: what is carried from one channel to the next is no whole number
# of minor units, and not in the currency of the row.
MIXED = {
    "pricepoint": 1,
    "markets": {"CN": {"currency": "CNY", "display": "gross", "tax": "13%"}, "JP": {"currency": "JPY", "display": "gross", "tax": "10%"}},
    "channels": {
        "store": {"kind": "traditional"},
        "web": {"kind": "online", "reference": "store"},
        "trade": {"kind": "online", "reference": "web", "display": "net"},
        "app": {"kind": "online", "reference": "trade"},
    },
    "attributes": {"role": ["a", "b"], "note": "text", "stock": "number", "wholesale": {"money": "net"}},
    "rules": [
        {"id": "a", "when": {"role": "a"}, "discount": "7.77%"},
        {"id": "note", "when": {"note": ["x \"y\"", "价"]}, "discount": "1%", "group": "note"},
        {"id": "app", "when": {"channel": "app"}, "discount": "3%", "group": "app"},
        {"id": "earn", "floor": "cost * 105%"},
        {"id": "whole", "floor": "wholesale * 101%", "skip_if_missing": True},
        {"id": "keep", "when": {"channel": ["web", "app"]}, "hold": "4%"},
        {"id": "cap", "ceiling": "price.web * 99%", "when": {"channel": "app"}},
    ],
}
MIXED_ROWS = "sku,market,channel,role,note,stock,wholesale,price.store,price.web,price.app,cost,currency,tax,at\n" + "".join(
    f'{sku},{market},{channel},{"ab"[i % 2]},{note},{i - 3},{wholesale},{store},{web},{app},{cost},{currency},{tax},{at}\n'
    for i, (sku, note) in enumerate([("A", ""), ('"q""1"', '"x ""y"""'), ("价", "价"), ("D,".join('""'), "")])
    for market, store in (("CN", "29.99"), ("JP", "1234.567890123"))
    for channel in ("", "trade")
    for web, app, wholesale in (("", "28.123456789", ""), ("29.01", "", "12.000000001"))
    for cost in ("", "11.50", "31", "abc")
    for currency, tax in (("", ""), ("EUR", ""), ("USD", "7.25%"))
    for at in ("", "2026-05-01T10:00:00.250+02:00"))
RATES = ("from,to,rate,at\nEUR,CNY,7.123456789,2026-01-01T00:00:00Z\nEUR,CNY,7.8,2026-05-20T00:00:00Z\n"
         "EUR,JPY,161.05,2026-01-01T00:00:00Z\n")


def run(*arguments, **more):
    return subprocess.run([given.program, *arguments], capture_output=True, check=False, **more)


class Replay(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.path = lambda name: os.path.join(self.directory.name, name)

    def price(self, policy, items, out, *flags, at=AT):
        done = run("price", "--policy", policy, "--items", items, "--at", at, "--format", "ndjson", "--out", out, *flags)
        self.assertIn(done.returncode, (0, 1), done.stderr)

    def summary(self, record, *flags):
        done = run("replay", "--record", record, "--format", "ndjson", *flags)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertTrue(lines[-1]["summary"])
        return lines[-1], lines[:-1]

    def demo(self):
        shutil.copy(DEMO / "policy.json", self.path("policy.json"))
        self.price(self.path("policy.json"), str(DEMO / "catalogue.csv"), self.path("priced.ndjson"),
                   "--channel", ",".join(CHANNELS), "--record", self.path("record.ndjson"))

    def test_the_demo_is_the_same(self):
        self.demo()
        with open(DEMO / "catalogue.csv", encoding="utf-8") as file:
            rows = sum(1 for _ in csv.reader(file)) - 1
        with open(self.path("record.ndjson"), "rb") as file:
            one = file.read()
        self.assertEqual(one.count(b"\n"), len(CHANNELS) * rows)
        outputs = set()
        for threads in ("1", "3"):
            done = run("replay", "--record", self.path("record.ndjson"), "--threads", threads)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stderr.decode(), f"{3 * rows:,} decisions replayed: {3 * rows:,} the same, 0 different\n")
            outputs.add(done.stdout)
            self.price(self.path("policy.json"), str(DEMO / "catalogue.csv"), self.path("again.ndjson"),
                       "--channel", ",".join(CHANNELS), "--record", self.path("again"), "--threads", threads)
            with open(self.path("again"), "rb") as file:
                self.assertEqual(file.read(), one, "any number of threads records the same")
        self.assertEqual(outputs, {b"line,sku,channel,market,member,was,is,quantity,segment,audience,at\n"})

    def test_after_a_change_exactly_the_decisions_that_differ(self):
        self.demo()
        text = (DEMO / "policy.json").read_text(encoding="utf-8")
        changes = [('"id": "volume", "when": { "role": "volume" }, "discount": "5%"',
                    '"id": "volume", "when": { "role": "volume" }, "discount": "5.5%"'),
                   ('"id": "member", "when": { "channel": "members" }, "discount": "2%"',
                    '"id": "member", "when": { "channel": "members" }, "discount": "3%"'),
                   ('"margin": "8%"', '"margin": "9%"')]
        for before, after in changes:
            with self.subTest(after=after):
                self.assertIn(before, text)
                changed = self.path("changed.json")
                Path(changed).write_text(text.replace(before, after), encoding="utf-8")
                self.price(changed, str(DEMO / "catalogue.csv"), self.path("changed.ndjson"), "--channel", ",".join(CHANNELS))
                expected = []
                with open(self.path("priced.ndjson"), encoding="utf-8") as was, \
                        open(self.path("changed.ndjson"), encoding="utf-8") as now:
                    for number, (one, other) in enumerate(zip(was, now, strict=True), 1):
                        one, other = json.loads(one), json.loads(other)
                        names = [name for name in dict.fromkeys([*one, *other])
                                 if name not in ("policy", "description") and one.get(name) != other.get(name)]
                        if names:
                            differs = {name: {key: side[name] for key, side in (("was", one), ("is", other)) if name in side}
                                       for name in names}
                            expected.append({"line": number, "sku": one["sku"], "channel": one["channel"],
                                             "market": one["market"], "at": AT, "differs": differs})
                self.assertGreater(len(expected), 100)
                for threads in ("1", "3"):
                    summary, listed = self.summary(self.path("record.ndjson"), "--policy", changed, "--threads", threads)
                    self.assertEqual(listed, expected)
                    self.assertEqual(summary["different"], len(expected))
                    self.assertEqual(summary["other_policies"], summary["replayed"])

    def mixed(self, name="record.ndjson"):
        Path(self.path("mixed.json")).write_text(json.dumps(MIXED), encoding="utf-8")
        Path(self.path("rows.csv")).write_text(MIXED_ROWS, encoding="utf-8")
        Path(self.path("rates.csv")).write_text(RATES, encoding="utf-8")
        self.price(self.path("mixed.json"), self.path("rows.csv"), self.path("priced.ndjson"), "--rates",
                   self.path("rates.csv"), "--channel", "app,web,trade", "--record", self.path(name))

    def test_displays_and_currencies_of_all_kinds_are_the_same(self):
        self.mixed()
        with open(self.path("record.ndjson"), encoding="utf-8") as file:
            lines = file.readlines()
        statuses = {json.loads(line)["decision"]["status"] for line in lines}
        self.assertEqual(statuses, {"priced", "incomplete", "invalid", "conflict"})
        self.assertTrue(any("held" in json.loads(line)["decision"] for line in lines))
        summary, listed = self.summary(self.path("record.ndjson"))
        self.assertEqual(listed, [])
        self.assertEqual(summary["replayed"] + summary["unreadable"], len(lines))
        self.assertGreater(summary["unreadable"], 0)

        # Each line alone, in any order, and written by another program.
        backwards = [json.dumps(dict(reversed(json.loads(line).items())), indent=None) + "\n" for line in reversed(lines)]
        Path(self.path("backwards.ndjson")).write_text("".join(backwards), encoding="utf-8")
        again, listed = self.summary(self.path("backwards.ndjson"))
        self.assertEqual(listed, [])
        self.assertEqual(again, summary)
        last_of_calls = [line for line in lines if '"channel":"app"' in line]
        Path(self.path("alone.ndjson")).write_text("".join(last_of_calls), encoding="utf-8")
        summary, listed = self.summary(self.path("alone.ndjson"))
        self.assertEqual(listed, [])
        self.assertGreater(summary["same"], 0)

    def test_the_record_has_the_decisions_of_the_output(self):
        self.mixed()
        with open(self.path("record.ndjson"), encoding="utf-8") as record, \
                open(self.path("priced.ndjson"), encoding="utf-8") as priced:
            for recorded, row in zip(record, priced, strict=True):
                recorded, row = json.loads(recorded), json.loads(row)
                asked = recorded.get("request", recorded.get("unreadable"))
                for name in ("sku", "channel", "market"):
                    self.assertEqual(asked.get(name), row.pop(name, None))
                for name in ("quantity", "segment", "audience", "at"):
                    given = row.pop(name, None)
                    if name != "at" and "request" in recorded:
                        self.assertEqual(asked.get(name), given)
                self.assertEqual(recorded["fingerprint"], row.pop("policy"))
                self.assertEqual(recorded["decision"], row)

    def test_the_clock_is_recorded(self):
        shutil.copy(DEMO / "policy.json", self.path("policy.json"))
        done = run("price", "--policy", self.path("policy.json"), "--items", str(DEMO / "catalogue.csv"), "--channel", "web",
                   "--record", self.path("record.ndjson"))
        self.assertIn(done.returncode, (0, 1), done.stderr)
        with open(self.path("record.ndjson"), encoding="utf-8") as file:
            self.assertEqual(len({json.loads(line)["at"] for line in file}), 1)
        self.assertEqual(self.summary(self.path("record.ndjson"))[1], [])

    def test_record_and_policy_move_together(self):
        os.makedirs(self.path("one/records"))
        shutil.copy(DEMO / "policy.json", self.path("one/policy.json"))
        with open(DEMO / "catalogue.csv", "rb") as file:
            Path(self.path("items.csv")).write_bytes(b"".join(file.readlines()[:50]))
        done = run("price", "--policy", "../policy.json", "--items", self.path("items.csv"), "--channel", "web",
                   "--record", "r.ndjson", cwd=self.path("one/records"))
        self.assertIn(done.returncode, (0, 1), done.stderr)
        os.rename(self.path("one"), self.path("two"))
        self.assertEqual(run("replay", "--record", "two/records/r.ndjson", cwd=self.directory.name).returncode, 0)
        with open(self.path("two/records/r.ndjson"), "rb") as file:
            piped = run("replay", "--record", "-", "--policy", self.path("two/policy.json"), stdin=file)
        self.assertEqual(piped.returncode, 0, piped.stderr)

    def test_memory_does_not_grow_with_the_record(self):
        self.demo()
        code = ("import resource,subprocess,sys;subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL);"
                "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
        environment = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
        peaks = []
        for times in (1, 6):
            with open(self.path("record.ndjson"), "rb") as file:
                record = file.read()
            Path(self.path("long.ndjson")).write_bytes(record * times)
            done = subprocess.run([sys.executable, "-c", code, given.program, "replay", "--record", self.path("long.ndjson"),
                                   "--policy", self.path("policy.json"), "--threads", "2"], stdout=subprocess.PIPE,
                                  env=environment, check=True)
            peaks.append(int(done.stdout))
        self.assertLess(peaks[1], peaks[0] * 1.5 + 8192, peaks)

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full here")
    def test_a_record_that_cannot_be_written_ends_it(self):
        out = self.path("out.csv")
        done = run("price", "--policy", str(DEMO / "policy.json"), "--items", str(DEMO / "catalogue.csv"), "--channel", "web",
                   "--record", "/dev/full", "--out", out)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"/dev/full: error PP-F003", done.stderr)
        self.assertEqual(os.listdir(self.directory.name), [])

    def test_a_record_that_cannot_be_finished_is_not_there(self):
        limit = 1 << 16
        done = run("price", "--policy", str(DEMO / "policy.json"), "--items", str(DEMO / "catalogue.csv"), "--channel", "web",
                   "--record", self.path("r.ndjson"), "--out", self.path("out.csv"),
                   preexec_fn=lambda: (signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
                                       resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))))
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"PP-F003", done.stderr)
        self.assertEqual(os.listdir(self.directory.name), [])

    def test_a_closed_pipe_leaves_no_half_record(self):
        with subprocess.Popen([given.program, "price", "--policy", str(DEMO / "policy.json"), "--items",
                               str(DEMO / "catalogue.csv"), "--channel", "web", "--record", self.path("r.ndjson")],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
            program.stdout.readline()
            program.stdout.close()
            self.assertEqual(program.stderr.read(), b"")
            self.assertIn(program.wait(60), (-signal.SIGPIPE, 141))
        self.assertEqual(os.listdir(self.directory.name), [])


if __name__ == "__main__":
    main_of_tests(__doc__)
