#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What no file can hold word for word: many rows, many threads, flat memory, closed pipes, full disks.

usage: tests/golden/stream.py [--program PATH]          (or the environment's PRICEPOINT_CLI)
"""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import unittest

from _golden import HERE, given, main_of_tests

POLICY = str(HERE / "shared" / "shop.json")
HEADER = b"sku,channel,market,price.store,cost,note\n"


def rows(count, first=0):
    """Rows of every kind: priced, incomplete, unreadable, with quotes and newlines."""
    kinds = (b"S%d,web,CN,%d.50,12.00,plain\n", b'"S%d",web,DE,%d.20,9.10,"two\nlines, ""quoted"""\n',
             b"S%d,web,CN,,%d,no reference\n", b"S%d,members,US,%d.99,abc,not a cost\n")
    return b"".join(kinds[i % len(kinds)] % (i, 20 + i % 500) for i in range(first, first + count))


def price(*flags, items, **more):
    command = [given.program, "price", "--policy", POLICY, "--at", "2026-06-01T00:00:00Z", *flags, "--items", items]
    return subprocess.run(command, capture_output=True, check=False, **more)


class Stream(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.items = os.path.join(self.directory.name, "items.csv")

    def write(self, count):
        with open(self.items, "wb") as file:
            file.write(HEADER)
            for first in range(0, count, 10_000):
                file.write(rows(min(10_000, count - first), first))

    def test_any_number_of_threads_gives_the_same(self):
        self.write(60_000)
        one = price("--threads", "1", items=self.items)
        self.assertEqual(one.returncode, 1)
        self.assertIn(b": error PP-I020: 15,000 of 60,000 rows could not be read; the first: column cost: ", one.stderr)
        self.assertEqual(one.stderr.count(b"\n"), 1)
        for threads in ("2", "7"):
            other = price("--threads", threads, items=self.items)
            self.assertEqual((other.stdout, other.stderr), (one.stdout, one.stderr))
        with open(self.items, "rb") as file:
            piped = price(items="-", stdin=file)
        self.assertEqual(piped.stdout, one.stdout)

    def test_rows_come_in_the_order_of_the_input(self):
        self.write(40_000)
        lines = price("--format", "ndjson", items=self.items).stdout.splitlines()
        self.assertEqual(len(lines), 40_000)
        for number, line in enumerate(lines):
            self.assertTrue(line.startswith(b'{"sku":"S%d",' % number), line)

    def test_memory_does_not_grow_with_the_rows(self):
        # A child of its own, whose largest resident size is not that of an earlier one.
        code = ("import resource,subprocess,sys;subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL);"
                "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
        # Freed memory that a sanitizer keeps aside would count.
        environment = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
        peaks = []
        for count in (50_000, 400_000):
            self.write(count)
            done = subprocess.run([sys.executable, "-c", code, given.program, "price", "--policy", POLICY, "--items", self.items,
                                   "--threads", "2"], stdout=subprocess.PIPE, env=environment, check=True)
            peaks.append(int(done.stdout))
        self.assertLess(peaks[1], peaks[0] * 1.5 + 8192, peaks)

    def test_a_closed_pipe_ends_it_quietly(self):
        self.write(200_000)
        with subprocess.Popen([given.program, "price", "--policy", POLICY, "--items", self.items], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as program:
            program.stdout.readline()
            program.stdout.close()
            self.assertEqual(program.stderr.read(), b"")
            self.assertIn(program.wait(60), (-signal.SIGPIPE, 141))

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full here")
    def test_a_full_disk_is_said(self):
        self.write(10)
        done = price("--out", "/dev/full", items=self.items)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"PP-F003", done.stderr)

    def test_a_file_that_cannot_be_finished_is_not_there(self):
        self.write(100_000)
        out = os.path.join(self.directory.name, "out.csv")
        limit = 1 << 16
        done = price("--out", out, items=self.items,
                     preexec_fn=lambda: (signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
                                         resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))))
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"PP-F003", done.stderr)
        self.assertEqual(os.listdir(self.directory.name), ["items.csv"])

    def test_an_interrupt_leaves_nothing_behind(self):
        out = os.path.join(self.directory.name, "out.csv")
        with subprocess.Popen([given.program, "price", "--policy", POLICY, "--items", "-", "--out", out],
                              stdin=subprocess.PIPE, stderr=subprocess.PIPE) as program:
            program.stdin.write(HEADER + rows(50_000))
            program.stdin.flush()
            program.send_signal(signal.SIGTERM)
            self.assertEqual(program.wait(60), -signal.SIGTERM)
        self.assertEqual(os.listdir(self.directory.name), [])

    def test_a_long_record_costs_one_row(self):
        with open(self.items, "wb") as file:
            file.write(HEADER + b"A,web,CN,32.00,12.00," + b"x" * (17 << 20) + b"\n" + b"B,web,CN,32.00,12.00,\n")
        lines = price("--format", "ndjson", items=self.items).stdout.splitlines()
        self.assertEqual(len(lines), 2)
        self.assertIn(b"line 2, column note: the row is too long", lines[0])
        self.assertIn(b'"sku":"B"', lines[1])
        self.assertIn(b'"status":"priced"', lines[1])


if __name__ == "__main__":
    main_of_tests(__doc__)
