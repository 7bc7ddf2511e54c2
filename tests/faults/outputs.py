#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Full disks, readers that go away, inputs that end too early or change while they are read: the exit status, the
message, and that no file is half written. tests/golden/stream.py has more of it for `price`.

usage: tests/faults/outputs.py          with PRICEPOINT_CLI in the environment
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import _program
from _program import AT, HEADER, OFFERS, POLICY, items, row, run


def small_files():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))


class Faults(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.many = items(self.directory / "items.csv", 3000)

    def left(self):
        return sorted(path.name for path in self.directory.iterdir())


@unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full here")
class FullDisk(Faults):
    def test_every_command_says_so(self):
        # [REL-50]
        for name, arguments in _program.commands(self.many).items():
            with self.subTest(name), open("/dev/full", "wb") as full:
                done = run(*arguments, stdout=full)
                self.assertEqual(done.returncode, 2, done.stderr[-300:])
                self.assertIn(b"PP-F003", done.stderr)
                self.assertIn(b"No space left on device", done.stderr)

    def test_messages_that_cannot_be_written_change_no_status(self):
        # [REL-50]
        commands = _program.commands(self.many)
        for name, arguments in commands.items():
            wanted = run(*arguments)
            with self.subTest(name), open("/dev/full", "wb") as full:
                done = run(*arguments, stderr=full)
                self.assertEqual(done.returncode, wanted.returncode)
                self.assertEqual(done.stdout, wanted.stdout)

    def test_named_outputs_are_whole_or_untouched(self):
        # [REL-51] Of two outputs of one run neither appears where one cannot be finished.
        audit = ("audit", "--policy", OFFERS / "policy.json", "--offers", OFFERS / "offers.csv", "--at", AT)
        price = ("price", "--policy", POLICY, "--at", AT, "--items", self.many)
        out, beside = self.directory / "out.csv", self.directory / "beside"
        runs = {
            "price": (*price, "--out", out),
            "price, record": (*price, "--out", out, "--record", beside),
            "compare": ("compare", "--before", POLICY, "--after", _program.DRAFT, "--at", AT, "--items", self.many,
                        "--out", out, "--summary", beside),
            "audit": (*audit, "--out", out, "--summary", beside),
            "schema": ("schema", "--out", out),
        }
        for name, arguments in runs.items():
            for before in (b"as it was\n", None):
                for path in (out, beside):
                    path.unlink(missing_ok=True)
                if before is not None:
                    out.write_bytes(before)
                with self.subTest(name, before=before):
                    done = run(*arguments, preexec_fn=small_files)
                    self.assertEqual(done.returncode, 2, done.stderr[-300:])
                    self.assertIn(b"PP-F003", done.stderr)
                    self.assertEqual(out.read_bytes() if out.exists() else None, before)
                    self.assertEqual(self.left(), ["items.csv"] + (["out.csv"] if before else []))

    def test_sorting_on_a_full_disk(self):
        # [REL-51] Offers that have to be sorted first, where there is no room to.
        offers = self.directory / "offers.csv"
        with open(offers, "wb") as file:
            file.write(b"sku,channel,market,price\n")
            for i in range(3000, 0, -1):
                file.write(b"S%05d,web,CN,20.00\n" % i)
        done = run("audit", "--policy", POLICY, "--offers", offers, "--at", AT, "--out", self.directory / "out.csv",
                   preexec_fn=small_files)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"PP-F003", done.stderr)
        self.assertEqual(self.left(), ["items.csv", "offers.csv"])


class ClosedPipes(Faults):
    def test_every_command_ends_quietly(self):
        # [REL-52]
        for name, arguments in _program.commands(self.many).items():
            reader, writer = os.pipe()
            os.close(reader)
            with self.subTest(name):
                done = run(*arguments, stdout=writer)
                self.assertIn(done.returncode, (-signal.SIGPIPE, 141))
                self.assertNotIn(b"PP-F", done.stderr)
            os.close(writer)

    def test_where_the_signal_is_ignored(self):
        # [REL-52] As under some supervisors: the status is the one that a shell shows.
        for name, arguments in _program.commands(self.many).items():
            reader, writer = os.pipe()
            os.close(reader)
            with self.subTest(name):
                done = run(*arguments, stdout=writer, restore_signals=False,
                           preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN))
                self.assertEqual(done.returncode, 141, done.stderr)
            os.close(writer)

    def test_a_named_output_beside_a_closed_pipe(self):
        # [REL-51] [REL-52] The record does not appear for rows that nobody took.
        reader, writer = os.pipe()
        os.close(reader)
        done = run("price", "--policy", POLICY, "--at", AT, "--items", self.many, "--record", self.directory / "record",
                   stdout=writer)
        os.close(writer)
        self.assertIn(done.returncode, (-signal.SIGPIPE, 141))
        self.assertEqual(self.left(), ["items.csv"])


class ClosedDescriptors(Faults):
    def closed(self, *numbers):
        def close():
            for number in numbers:
                os.close(number)
        return close

    def test_without_standard_error(self):
        # [REL-53] The output is no place for warnings, though its descriptor could be 2.
        bad = self.directory / "bad.csv"
        bad.write_bytes(b"sku,channel,market,price.store,csot\nA,web,CN,32.00,12.00\n")
        out = self.directory / "out.csv"
        arguments = ("price", "--policy", POLICY, "--at", AT, "--items", bad, "--out", out)
        wanted = run(*arguments)
        self.assertIn(b"PP-I004", wanted.stderr)
        text = out.read_bytes()
        out.unlink()
        done = run(*arguments, preexec_fn=self.closed(2))
        self.assertEqual(done.returncode, wanted.returncode)
        self.assertEqual(out.read_bytes(), text)

    def test_without_standard_output(self):
        # [REL-53] What nobody can read is not as good as written.
        for name, arguments in _program.commands(self.many).items():
            with self.subTest(name):
                done = run(*arguments, preexec_fn=self.closed(1))
                self.assertEqual(done.returncode, 2, done.stderr[-300:])
                self.assertIn(b"PP-F003", done.stderr)
        out = self.directory / "out.csv"
        done = run("price", "--policy", POLICY, "--at", AT, "--items", self.many, "--out", out,
                   preexec_fn=self.closed(0, 1, 2))
        self.assertEqual(done.returncode, 0)
        self.assertEqual(out.read_bytes().count(b"\n"), 3001)


class Inputs(Faults):
    def price(self, text, *more, name="cut.csv"):
        path = self.directory / name
        path.write_bytes(text)
        done = run("price", "--policy", POLICY, "--at", AT, "--items", path, "--format", "ndjson", *more)
        self.assertIn(done.returncode, (0, 1, 2), done.stderr)
        return done, [json.loads(line) for line in done.stdout.splitlines()]

    def test_rows_cut_at_every_byte(self):
        # [REL-54] Whole rows are decided as ever; of a row that is cut in two it is said, or it is not there.
        whole = HEADER + row(1) + b'"S2",web,CN,"21.50",12.00,"two\nlines, ""quoted"""\n' + row(3)
        first = self.price(HEADER + row(1))[1][0]
        for end in range(len(HEADER) + len(row(1)), len(whole) + 1):
            done, decisions = self.price(whole[:end])
            self.assertEqual(decisions[0], first, end)
            self.assertLessEqual(len(decisions), 3)
            # Behind the last comma, and behind the closing quote, nothing shows that more was meant.
            second = whole[:end].removeprefix(HEADER + row(1))
            note = second.partition(b"12.00,")[2]
            complete = second.endswith(b"12.00,") or note.endswith((b'"', b"\n", row(3))) and note.count(b'"') % 2 == 0
            complete = complete or note.startswith(b'"two\nlines, ""quoted"""\n')
            if second and not complete:
                self.assertEqual(decisions[1]["status"], "invalid", whole[:end])
        lines = b'{"sku":"S1","channel":"web","market":"CN","prices":{"store":"21.50"},"cost":"12.00"}\n' * 2
        first = self.price(lines, name="cut.ndjson")[1][0]
        self.assertEqual(first["status"], "priced")
        for end in range(len(lines) // 2 + 1, len(lines) - 1):
            done, decisions = self.price(lines[:end], name="cut.ndjson")
            self.assertEqual(done.returncode, 1)
            self.assertEqual(decisions[0], first)
            self.assertEqual(decisions[1]["status"], "invalid", end)

    def test_policies_cut_at_every_byte(self):
        # [REL-54] A policy that is cut says so, whatever is left of it; never a price by half of the rules.
        text = b'{"pricepoint":1,"markets":{"CN":{}},"channels":{"web":{"kind":"online"}},"rules":[{"id":"a","floor":"5"}]}'
        path = self.directory / "policy.json"
        for end in range(len(text)):
            path.write_bytes(text[:end])
            done = run("price", "--policy", path, "--items", self.many)
            self.assertEqual(done.returncode, 2, end)
            self.assertEqual(done.stdout, b"")
            self.assertRegex(done.stderr, rb"PP-J00[12]")

    def test_an_endless_line(self):
        # [REL-19] From a pipe, without a newline in sight: bounded memory, one row that says so.
        code = ("import resource,subprocess,sys;p=subprocess.run(sys.argv[1:],stdin=sys.stdin,stdout=subprocess.PIPE);"
                "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,p.returncode,b'the row is too long' in p.stdout)")
        environment = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
        peaks = []
        for command, flag in (("price", "--items"), ("audit", "--offers")):
            for megabytes in (64, 256):
                of = ("--policy", str(POLICY), "--at", AT, flag, "-", "--input-format", "csv", "--threads", "2")
                with subprocess.Popen([sys.executable, "-c", code, _program.PROGRAM, command, *of], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, env=environment) as program:
                    program.stdin.write(b"sku,channel,market,price.store,price\nA,web,CN,32.00,")
                    for _ in range(megabytes):
                        program.stdin.write(b"x" * (1 << 20))
                    program.stdin.close()
                    said = program.stdout.read().decode().split(maxsplit=2)
                    program.wait(120)
                peaks.append(int(said[0]))
                self.assertEqual(said[2].strip(), "True")
            self.assertLess(peaks[-1], peaks[-2] * 1.3 + 16_384, peaks)
        self.assertLess(max(peaks), 300_000, peaks)

    def test_a_file_that_is_written_over_by_its_own_output(self):
        # [REL-55] The input is read to its end before the output takes its name.
        done = run("price", "--policy", POLICY, "--at", AT, "--items", self.many)
        again = run("price", "--policy", POLICY, "--at", AT, "--items", self.many, "--out", self.many)
        self.assertEqual(again.returncode, done.returncode)
        self.assertEqual(self.many.read_bytes(), done.stdout)

    def test_files_that_change_while_they_are_read(self):
        # [REL-55] They grow, shrink and are replaced: an answer about whole rows or an error, never a crash or half a
        # file. What is read is what stood there when it was read.
        out = self.directory / "out.csv"
        offers = self.directory / "offers.csv"
        text = b"sku,channel,market,price\n" + b"".join(b"S%06d,web,CN,20.00\n" % i for i in range(30_000))
        changes = (lambda file: file.truncate(len(text) // 2), lambda file: file.truncate(0),
                   lambda file: (file.seek(0, 2), file.write(b"A,web,CN,1.00\n" * 1000)),
                   lambda file: (file.seek(len(text) // 3), file.write(b'"' * 100)))
        for command, flag in (("price", "--items"), ("audit", "--offers")):
            for number, change in enumerate(changes):
                for delay in (0.0, 0.005, 0.02):
                    offers.write_bytes(text)
                    out.unlink(missing_ok=True)
                    def disturb():
                        time.sleep(delay)
                        with open(offers, "r+b") as file:
                            change(file)
                    other = threading.Thread(target=disturb)
                    other.start()
                    done = run(command, "--policy", POLICY, "--at", AT, flag, offers, "--out", out)
                    other.join()
                    with self.subTest(command, change=number, delay=delay):
                        self.assertIn(done.returncode, (0, 1, 2), done.stderr[-300:])
                        self.assertEqual(out.exists(), done.returncode != 2)
                        if done.returncode == 2:
                            self.assertRegex(done.stderr, rb"PP-[A-Z][0-9]{3}")
                        else:
                            self.assertTrue(out.read_bytes().endswith(b"\n"))
                        self.assertEqual([name for name in self.left() if name not in
                                          ("items.csv", "offers.csv", "out.csv")], [])

if __name__ == "__main__":
    if not _program.PROGRAM:
        sys.exit("which program? PRICEPOINT_CLI names it")
    unittest.main()
