#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""All that `pricepoint audit` writes, word for word, and what no file can hold: order, threads, blocks, disks and pipes.

usage: tests/golden/audit.py [--program PATH] [--update]          (or the environment's PRICEPOINT_CLI)

Each case is a run of the program; audit/NAME.txt is what it wrote, the files that it made, and its exit status. The offers
of examples/audit have every kind of finding; those below are odd ones. --update writes the files of the cases.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from _golden import HERE, ROOT, given, main_of_tests

CASES = HERE / "audit"
EXAMPLE = ROOT / "examples" / "audit"
AT = "2026-11-26T09:00:00Z"
HEADER = "sku,channel,market,seller,price\n"


def odd_cases():
    """Name, offers, flags. The offers are the text of offers.csv, or with `.ndjson` in a name that of offers.ndjson."""
    plain = HEADER + "A,store,DE,,10.00\nA,web,DE,,8.99\n"
    yield "twice-the-same-seller", HEADER + "A,store,DE,s,10.99\nA,web,DE,w,8.99\nA,web,DE,w,9.99\nA,web,DE,w,8.99\n", []
    yield "unknown-channel", HEADER + "A,store,DE,,10.99\nA,phone,DE,,1.00\nA,web,FR,,9.99\nA,web,DE,,9.99\n,web,DE,,9.99\n", []
    yield "odd-prices", HEADER + "".join(f"P{number:02d},{channel},{market},,{price}\n" for number, (channel, market, price) in enumerate((
        ("web", "DE", "0"), ("web", "DE", "0.00"), ("web", "DE", "-1"), ("web", "DE", "9.995"), ("web", "DE", "0.000000001"),
        ("web", "DE", "10000000000000.00"), ("web", "DE", "10000000000000.01"), ("web", "JP", "999999999999999"),
        ("web", "JP", "1000000000000000"), ("web", "JP", "120.5"), ("web", "DE", "0009.99"), ("web", "DE", "1e3"),
        ("web", "DE", "9,99"), ("web", "DE", "+9.99"), ("web", "DE", "9."), ("web", "DE", ""), ("web", "DE", " 9.99"),
        ("web", "DE", "0.9999999999")))), []
    yield "currency-without-rates", ("sku,channel,market,price,currency,cost,list,price.store\n"
                                     "A,web,DE,9.99,USD,12.00,8.00,9.00\nA,web,DE,9.99,EUR,12.00,8.00,9.00\nA,store,DE,9.99,EURO,,,\n"), []
    yield "one-channel", HEADER + "A,web,DE,a,9.99\nA,web,DE,b,12.34\nB,web,DE,a,5.00\n", []
    yield "no-list", HEADER + "A,store,DE,,10.00\nB,store,DE,,9.99\nB,web,DE,,9.49\n", []
    yield "own-columns", ("sku,channel,market,price,seller,rule,min,summary,nots\nA,store,DE,10.99,,r,m,s,\"a, \"\"b\"\"\"\nA,web,DE,8.99,,r,,s,n\n"), []
    # One product, channel and seller: what tells its rows apart is in the findings; in a table, what differs.
    apart = ("sku,channel,market,seller,price,quantity,segment,audience,at,price.store\n"
             "A,web,DE,s,8.99,,,,,10.00\nA,web,DE,s,8.50,12,,,,10.00\nA,web,DE,s,8.00,12,,club,2026-11-26T10:00:00+01:00,10.00\n")
    yield "rows-apart", apart, []
    yield "rows-apart-table", apart, ["--format", "table"]
    yield "rows-apart.ndjson", "".join(json.dumps(one) + "\n" for one in (
        {"sku": "A", "channel": "web", "market": "DE", "price": "8.99", "quantity": 12, "segment": "b2b", "prices": {"store": "10.00"}},
        {"sku": "A", "channel": "web", "market": "DE", "price": "8.99", "at": "2026-11-26T10:00:00+01:00", "prices": {"store": "10.00"}})), [
            "--format", "ndjson"]
    yield "no-price-at-all", "sku,channel,market\nA,store,DE\n", []
    yield "defaults", "sku,price,channel\nA,10.99,store\nA,8.99,\n", ["--channel", "web", "--market", "DE"]
    yield "empty", "", []
    yield "header-only", HEADER, []
    yield "header-only-table", HEADER, ["--format", "table"]
    yield "no-findings-table", HEADER + "A,store,DE,,10.99\nA,web,DE,,10.49\n", ["--format", "table"]
    yield "wrong-header", "a;b;c\n1;2;3\n", []
    yield "twice-a-column", "sku,sku,price\nA,A,1\n", []
    unreadable = (HEADER.encode() + b"A,store,DE,,10.99\nA,web,DE\nA,web,DE,w,8.99,more\nB,store,DE,\xff\xfe,10.99\n"
                  b"B,web,DE,,ten\nB,web,DE,,8.99\n\"C\"x,web,DE,,5.00\nC,web,DE,,9.99\n\xc3,web,DE,,1.00\n\n\nD,web,DE,,5.\n")
    yield "unreadable", unreadable, []
    yield "unreadable-table", unreadable, ["--format", "table"]
    yield "unreadable-says-sorted", unreadable, ["--sorted"]
    yield "quote-not-closed", HEADER + "A,store,DE,,10.99\nA,web,DE,,\"8.99\nA,web,DE,,8.99\nB,store,DE,,10.00\n", []
    yield "quote-not-closed-says-sorted", HEADER + "A,store,DE,,10.99\n\"A,web,DE,,8.99\nA,web,DE,,8.99\nB,store,DE,,10.00\n", ["--sorted"]
    yield "quote-not-closed-unsorted", (HEADER + "B,store,DE,\"x, \"\"y\"\"\",10.00\n\"B, 2\",store,DE,\"two\nlines\",10.00\nA,store,DE,,10.99\n"
                                        "A,web,DE,,8.99\n\"A,web,DE,,8.99\nA,web,DE,,7.99\n"), []
    # An offer that does not say what it is of is in no disorder: it stays where it is.
    yield "without-sku-says-sorted", HEADER + "A,store,DE,,10.99\nA,web,DE,w,8.99\n,web,DE,v,1.00\nB,store,DE,,10.99\n,web,DE,,2.00\n", ["--sorted"]
    yield "not-sorted", HEADER + "B,web,DE,,9.99\nB,store,DE,,10.99\nA,web,JP,,9.99\nA,web,DE,,9.99\n", ["--sorted"]
    yield "not-sorted.ndjson", "".join(json.dumps(one) + "\n" for one in (
        {"sku": "B", "channel": "web", "market": "DE", "price": "8.99", "note": "n"},
        {"sku": "B", "channel": "store", "market": "DE", "price": "10.99"},
        {"sku": "A", "channel": "web", "market": "DE", "price": "8.99", "prices": {"store": "10.99"}},
        {"sku": "A", "channel": "web", "market": "DE", "price": None}, {"sku": "A", "channel": 3})) + "{broken\n\n[]\n", []
    yield "unknown-word", plain, ["--until", "tomorrow"]
    yield "two-outputs", plain, ["--summary", "-"]


def example_cases():
    for name, flags in (("example-csv", ["--format", "csv", "--summary", "summary.csv"]), ("example-ndjson", ["--format", "ndjson"]),
                        ("example-ndjson-summary", ["--format", "json", "--summary", "summary.csv", "--quiet"]),
                        ("example-table", ["--format", "table"]),
                        ("example-until-csv", ["--until", "2026-12-31T00:00:00+01:00", "--summary", "summary.csv"]),
                        ("example-until-table", ["--until", "2026-12-31T00:00:00+01:00", "--format", "table", "--quiet"])):
        yield name, flags


def run(*flags, folder, **more):
    more = {"stdin": subprocess.DEVNULL, "env": {**os.environ, "COLUMNS": "160"}, **more}
    command = [given.program, "audit", *flags]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder, check=False, **more)


class Audit(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        shutil.copy(CASES / "policy.json", self.folder)

    def write(self, text, name="offers.csv"):
        (self.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))

    def audit(self, *flags, offers="offers.csv", **more):
        if "--policy" not in flags:
            flags = ("--policy", "policy.json", *flags)
        return run("--at", AT, "--offers", offers, *flags, folder=self.folder, **more)


# ---- word for word

class Words(Audit):
    def hold(self, name, done, made=()):
        parts = [f"exit status {done.returncode}\n"]
        for title, content in (("standard output", done.stdout), ("standard error", done.stderr),
                               *((one, (self.folder / one).read_bytes()) for one in made)):
            if content:
                parts.append(f"--- {title}\n{content.decode('utf-8')}")
        text, path = "".join(parts), CASES / f"{name}.txt"
        if given.update:
            path.write_text(text, encoding="utf-8")
        self.assertTrue(path.is_file(), f"{path} is not there: --update writes it")
        self.assertEqual(text, path.read_text(encoding="utf-8"), name)

    def test_odd_offers(self):
        for name, offers, flags in odd_cases():
            with self.subTest(name):
                file = "offers.ndjson" if name.endswith(".ndjson") else "offers.csv"
                self.write(offers, file)
                self.hold(name, self.audit(*flags, offers=file))

    def test_the_example(self):
        shutil.copy(EXAMPLE / "policy.json", self.folder)
        shutil.copy(EXAMPLE / "offers.csv", self.folder)
        for name, flags in example_cases():
            with self.subTest(name):
                (self.folder / "summary.csv").unlink(missing_ok=True)
                done = self.audit(*flags)
                self.assertEqual(done.returncode, 1)
                self.hold(name, done, ["summary.csv"] if "--summary" in flags else [])

    def test_there_is_no_file_without_a_case(self):
        known = {f"{name}.txt" for name, *_ in (*odd_cases(), *example_cases())} | {"policy.json"}
        self.assertEqual(known, {path.name for path in CASES.iterdir()})


# ---- order, blocks and threads

def offer_lines(products, note=""):
    """Sorted rows, some of them with findings, some that cannot be read, with quotes and line ends inside."""
    lines = []
    for number in range(products):
        for market in ("DE", "JP"):
            sku = f'"S{number:05d}, ""x"""' if number % 7 == 0 else f"S{number:05d}"
            dot = "" if market == "JP" else f".{number % 100:02d}"
            rows = [f"{sku},store,{market},,{20 + number % 50}{dot}", f"{sku},web,{market},w{number % 3},{17 + number % 50}{dot}",
                    f'{sku},web,{market},"two\nlines",{18 + number % 53}{dot}']
            if number % 11 == 0:
                rows.append(f"{sku},web,{market},w,{number}.x")
            if number % 13 == 0:
                rows.append(f"{sku},web,{market}")
            lines += [f'{one},"{note}{number}"\n' if one.count(",") > 3 else one + "\n" for one in rows]
    return lines


class Order(Audit):
    header = HEADER.replace("\n", ",note\n")

    def findings(self, lines, *flags, **more):
        self.write(self.header + "".join(lines))
        done = self.audit("--format", "csv", "--summary", "summary.csv", *flags, **more)
        self.assertRegex(done.stderr, rb"^(offers\.csv:\d+:1: error PP-I020: [^\n]* could not be read[^\n]*\n)?$")
        self.assertEqual(done.returncode, 1)
        return done.stdout.decode("utf-8"), (self.folder / "summary.csv").read_text(encoding="utf-8")

    def number(self, lines):
        """The lines, and the number that each has in the file."""
        at, numbers = 2, []
        for one in lines:
            numbers.append(at)
            at += one.count("\n")
        return numbers

    def test_unsorted_offers_give_the_same(self):
        lines = offer_lines(120)
        expected, summary = self.findings(lines)
        self.assertEqual(self.findings(lines, "--sorted"), (expected, summary))
        # Products the other way round; of one product the order stays.
        keyed = [(one.startswith('"'), one.split(",web")[0].split(",store")[0], ",JP" in one) for one in lines]
        order = sorted(range(len(lines)), key=lambda i: (keyed[i][1], keyed[i][2]), reverse=True)
        groups = {}
        for i in range(len(lines)):
            groups.setdefault(keyed[i], []).append(i)
        done, mixed = set(), []
        for i in order:
            if keyed[i] not in done:
                done.add(keyed[i])
                mixed += groups[keyed[i]]
        shuffled = [lines[i] for i in mixed]
        found, figures = self.findings(shuffled)
        # Lines in messages are those of the file as it is.
        was, now = self.number(lines), self.number(shuffled)
        by_line = {f"line {was[i]}, ": f"line {now[mixed.index(i)]}, " for i in range(len(lines))}
        self.assertEqual(figures, summary)
        said = [part for part in expected.split("\n") if "line " in part]
        self.assertGreater(len(said), 20)
        for old, new in zip(said, [part for part in found.split("\n") if "line " in part], strict=True):
            number = "line " + old.split("line ")[1].split(",")[0] + ", "
            self.assertEqual(old.replace(number, by_line[number]), new)
        without_lines = [[part for part in text.split("\n") if "line " not in part] for text in (expected, found)]
        self.assertEqual(*without_lines)
        # Through a pipe, where nobody can look first.
        with open(self.folder / "offers.csv", "rb") as file:
            piped = self.audit("--format", "csv", "--input-format", "csv", offers="-", stdin=file)
        self.assertEqual(piped.stdout.decode("utf-8"), found)

    def test_a_pipe_that_says_sorted(self):
        lines = offer_lines(40)
        expected, _ = self.findings(lines)
        with open(self.folder / "offers.csv", "rb") as file:
            piped = self.audit("--format", "csv", "--input-format", "csv", "--sorted", offers="-", stdin=file)
        self.assertEqual(piped.stdout.decode("utf-8"), expected)

    def test_disorder_is_found_in_and_between_blocks(self):
        lines = [f"S{number:05d},web,DE,,9.99,{'n' * 100}\n" for number in range(20_000)]
        for place in (1, 3_000, 4_500, 4_600, 19_999):
            moved = lines[:place] + ["A,web,DE,,9.99,late\n"] + lines[place:]
            self.write(self.header + "".join(moved))
            done = self.audit("--sorted")
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"offers.csv:{place + 2}:1: error PP-I010".encode(), done.stderr)
            self.assertEqual(self.audit("--out", "out.csv", "--summary", "summary.csv", "--sorted").returncode, 2)
            self.assertFalse((self.folder / "out.csv").exists() or (self.folder / "summary.csv").exists())

    def test_any_number_of_threads_gives_the_same(self):
        lines = offer_lines(6_000, "n" * 40)
        self.assertGreater(sum(map(len, lines)), 3 * 512 * 1024)
        for order in (lines, lines[::-1]):
            one = self.findings(order, "--threads", "1")
            for threads in ("2", "4"):
                self.assertEqual(self.findings(order, "--threads", threads), one)
        for form in ("ndjson", "table"):
            outputs = {self.audit("--format", form, "--threads", threads).stdout for threads in ("1", "4")}
            self.assertEqual(len(outputs), 1)

    def test_a_product_of_many_blocks(self):
        def lines(note):
            rows = [f"A,store,DE,,10.00,{note}\n", f"A,web,DE,,8.00,{note}\n"]
            for number in range(25_000):
                rows.append(f"B,web,DE,,{9 + number % 3}.{number % 100:02d},{note}\n" if number % 999 else f'B,web,DE,,"?",{note}\n')
            return [*rows, f"B,store,DE,,10.49,{note}\n", f"C,store,DE,,10.00,{note}\n", f"C,web,DE,,8.00,{note}\n"]
        header = self.header
        short, long = lines(""), lines("n" * 90)
        self.assertLess(sum(map(len, short)), 512 * 1024)
        self.assertGreater(sum(map(len, long)), 5 * 512 * 1024)
        expected, summary = self.findings(short)
        self.assertGreater(expected.count("\nB,"), 25_000)
        for threads in ("1", "2", "4"):
            found, figures = self.findings(long, "--threads", threads)
            self.assertEqual(found.replace("n" * 90, ""), expected)
            self.assertEqual(figures, summary)
        # What begins blocks is unreadable or empty.
        blank = [part for one in long for part in ("\n", one)]
        found, figures = self.findings(blank)
        self.assertEqual(figures, summary)
        self.assertIn("line 7, column price", found)  # the third offer; every other line is empty
        self.assertEqual(header, self.header)

    def test_unreadable_rows_by_the_block(self):
        lines = ['"x"y,web,DE,,9.99,%s\n' % ("n" * 100)] * 12_000
        found, figures = self.findings(["A,web,DE,,8.00,\n", *lines, "A,store,DE,,10.00,\n"])
        self.assertIn("A,web,DE,,near,gap,breach,8.00,9.00,10.00", found)
        self.assertEqual(found.count("text after the closing quote"), 12_000)
        self.assertIn(",12002,", figures)

    def test_a_long_record_costs_one_row(self):
        row = "A,web,DE,," + "9" * (17 << 20) + ",\n"
        for lines in (["A,store,DE,,10.00,\n", row, "A,web,DE,,8.00,\n"], ["B,store,DE,,10.00,\n", row, "B,web,DE,,8.00,\n"]):
            found, _ = self.findings(lines)
            self.assertEqual(found.count("line 3, column price: the row is too long"), 1)
            self.assertIn("near,gap,breach,8.00,9.00,10.00", found)


# ---- disks and pipes

class Files(Audit):
    def write_large(self):
        """More than is sorted in memory, and not sorted."""
        with open(self.folder / "offers.csv", "wb") as file:
            file.write(Order.header.encode())
            for number in range(24_000, 0, -1):
                sku = number // 3 * 7_919 % 10_007  # of three offers each, in no order
                file.write(b"S%05d,%s,DE,,%d.00,%s\n" % (sku, (b"web", b"store", b"web")[number % 3], 10 + number % 3, b"n" * 3_000))

    def test_offers_are_sorted_on_disk(self):
        self.write_large()
        temporary = self.folder / "temporary"
        temporary.mkdir()
        done = self.audit("--format", "csv", env={**os.environ, "TMPDIR": str(temporary)})
        self.assertEqual((done.returncode, done.stderr), (1, b""))
        self.assertEqual(list(temporary.iterdir()), [])
        with open(self.folder / "offers.csv", "rb") as file:
            header, *lines = file.readlines()
        self.write(header + b"".join(sorted(lines, key=lambda line: line.split(b",")[0])))
        self.assertEqual(self.audit("--format", "csv", "--sorted").stdout, done.stdout)

    def test_no_folder_to_sort_in(self):
        self.write_large()
        done = self.audit("--out", "out.csv", env={**os.environ, "TMPDIR": str(self.folder / "not-there")})
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"not-there: error PP-F003: cannot sort the offers on disk: No such file or directory", done.stderr)
        self.assertFalse((self.folder / "out.csv").exists())
        # Where they are sorted, or few, no such folder is needed.
        self.write(HEADER + "B,store,DE,,9.99\nA,store,DE,,9.99\n")
        self.assertEqual(self.audit(env={**os.environ, "TMPDIR": str(self.folder / "not-there")}).returncode, 0)

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full here")
    def test_a_full_disk_is_said(self):
        self.write(HEADER + "A,store,DE,,10.00\nA,web,DE,,8.99\n")
        for flags in (["--out", "/dev/full"], ["--summary", "/dev/full"], ["--out", "out.csv", "--summary", "/dev/full"],
                      ["--out", "/dev/full", "--summary", "summary.csv", "--format", "ndjson"]):
            done = self.audit(*flags)
            self.assertEqual(done.returncode, 2, flags)
            self.assertIn(b"PP-F003", done.stderr)
            self.assertIn(b"/dev/full", done.stderr)
            self.assertFalse((self.folder / "out.csv").exists() or (self.folder / "summary.csv").exists(), flags)
        with open("/dev/full", "wb") as full:
            done = subprocess.run([given.program, "audit", "--policy", "policy.json", "--offers", "offers.csv"], stdout=full,
                                  stderr=subprocess.PIPE, cwd=self.folder, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"PP-F003", done.stderr)

    def test_a_folder_that_is_not_there(self):
        self.write(HEADER + "A,store,DE,,10.00\n")
        for flag in ("--out", "--summary"):
            done = self.audit(flag, "not-there/out.csv")
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"PP-F003", done.stderr)

    def test_a_closed_pipe_ends_it_quietly(self):
        self.write(HEADER + "".join(f"S{number:06d},web,DE,,5.00\n" for number in range(150_000)))
        command = [given.program, "audit", "--policy", "policy.json", "--offers", "offers.csv", "--at", AT, "--format", "csv"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder) as program:
            program.stdout.readline()
            program.stdout.close()
            self.assertEqual(program.stderr.read(), b"")
            self.assertIn(program.wait(60), (-signal.SIGPIPE, 141))

    def test_exit_statuses(self):
        for offers, status in (("A,store,DE,,10.00\n", 0), ("A,web,DE,,5.00\n", 0), ("A,store,DE,,x\n", 1),
                               ("A,store,DE,,10.00\n,store,DE,,10.00\n", 1), ("", 1), ("A,store,DE,,10.99\nA,web,DE,,8.99\n", 1)):
            self.write(HEADER + offers)
            self.assertEqual(self.audit().returncode, status, offers)
        self.assertEqual(self.audit(offers="not-there.csv").returncode, 2)
        self.assertEqual(self.audit("--no-such-flag").returncode, 2)
        self.write('{"pricepoint": 1, "rules": 3}', "policy.json")
        self.assertEqual(self.audit().returncode, 2)


if __name__ == "__main__":
    main_of_tests(__doc__, update=True)
