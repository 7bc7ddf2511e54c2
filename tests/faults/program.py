#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The program where memory runs out and stays out, in odd environments, and with files that are not what they seem.

usage: tests/faults/program.py          with PRICEPOINT_CLI and PRICEPOINT_FAULTY_SYSTEM in the environment
"""

import fcntl
import json
import os
import pty
import resource
import struct
import subprocess
import sys
import tempfile
import termios
import unittest
from pathlib import Path

import _program
from _program import AT, DRAFT, OFFERS, POLICY, ROOT, items, run

FAULTS = _program.why_not_faulty() if _program.PROGRAM else ""


class Case(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)

    def left(self):
        return sorted(path.name for path in self.directory.iterdir())


class Memory(Case):
    SAID = {b"error PP-C099: the program cannot go on: no memory is left\n",
            b'{"code":"PP-C099","severity":"error","message":"the program cannot go on: no memory is left"}\n'}

    def commands(self):
        many, one = items(self.directory / "items.csv", 40), ("--policy", POLICY, "--at", AT)
        rows = (*one, "--items", many)
        out, record = self.directory / "out", self.directory / "record"
        recorded = self.directory / "recorded.ndjson"
        self.assertEqual(run("price", *rows, "--record", recorded, "--out", "/dev/null").returncode, 0)
        unsorted = self.directory / "unsorted.csv"
        lines = (OFFERS / "offers.csv").read_bytes().splitlines(True)
        unsorted.write_bytes(lines[0] + b"".join(reversed(lines[1:])))
        bad = self.directory / "bad.csv"
        bad.write_bytes(b"sku,channel,market,price.store,csot\nA,web,CN,32.00,12.00\nB,wob,CN,x,1\n")
        audit = ("audit", "--policy", OFFERS / "policy.json", "--at", AT, "--out", out, "--summary", record)
        return {
            "price": ("price", *rows, "--out", out, "--record", record, "--threads", "2"),
            "price table": ("price", *rows, "--out", out, "--format", "table"),
            "price ndjson": ("price", *rows, "--out", out, "--format", "ndjson", "--explain", "--threads", "1"),
            "price bad rows": ("price", *one, "--items", bad, "--out", out),
            "explain": ("explain", *rows, "--sku", "S1", "--out", out, "--record", record),
            "timeline": ("explain", *rows, "--sku", "S1", "--timeline", "--out", out),
            "check": ("check", "--policy", ROOT / "examples" / "demo" / "policy.json", "--out", out),
            "check rows": ("check", "--policy", POLICY, "--items", many, "--out", out),
            "compare": ("compare", "--before", POLICY, "--after", DRAFT, "--at", AT, "--items", many, "--out", out, "--summary",
                        record, "--threads", "2"),
            "audit": (*audit, "--offers", OFFERS / "offers.csv", "--format", "ndjson"),
            "audit unsorted": (*audit, "--offers", unsorted),
            "replay": ("replay", "--policy", DRAFT, "--record", recorded, "--out", out),
            "inputs": ("inputs", "--policy", POLICY, "--out", out),
            "markets": ("markets", "--out", out),
            "schema": ("schema", "--out", out),
            "usage": ("price", "--polcy", POLICY),
            "no policy": ("inputs", "--policy", self.directory / "none.json", "--format", "json"),
            "wrong policy": ("inputs", "--policy", self.directory / "wrong.json"),
        }

    def which(self, count):
        """Every allocation at first, later ones by strides: each tenth more."""
        at, all_of_them = 0, []
        while at < count:
            all_of_them.append(at)
            at += 1 + at // 6
        return all_of_them + [count - 1]

    @unittest.skipIf(FAULTS, FAULTS)
    def test_that_runs_out_and_stays_out(self):
        # [REL-57]
        commands = self.commands()
        (self.directory / "wrong.json").write_text('{"pricepoint":1,"rules":[{"id":"a","flor":"1"}],"markets":{"DE":{}}}')
        counted = self.directory / "count"
        outputs = [self.directory / "out", self.directory / "record"]

        def contents():
            return [path.read_bytes() if path.exists() else None for path in outputs]
        for name, arguments in commands.items():
            wanted = run(*arguments, env=_program.faulty(count_memory=counted))
            count = int(counted.read_text())
            counted.unlink()
            complete = contents()
            for at in self.which(count):
                for path in outputs:
                    path.unlink(missing_ok=True)
                done = run(*arguments, env=_program.faulty(memory_from=at))
                with self.subTest(name, allocation=at, of=count):
                    made = contents()
                    # Where a thread could not have its memory, the others may have done all the work.
                    if (done.returncode, done.stderr, made) == (wanted.returncode, wanted.stderr, complete):
                        continue
                    self.assertEqual(done.returncode, 2, done.stderr[-500:])
                    last = done.stderr.splitlines(True)[-1:]
                    self.assertTrue(last and (last[0] in self.SAID or b"PP-J009" in done.stderr), done.stderr)
                    self.assertIn(made, (complete, [None, None]))
            for path in outputs:
                path.unlink(missing_ok=True)
        self.assertEqual(self.left(), ["bad.csv", "items.csv", "recorded.ndjson", "unsorted.csv", "wrong.json"])

    def test_an_address_space_that_ends(self):
        # [REL-57] As under ulimit -v.
        many = items(self.directory / "items.csv", 200_000)
        out = self.directory / "out.csv"
        arguments = ("price", "--policy", POLICY, "--at", AT, "--items", many, "--out", out, "--threads", "2")
        seen = set()
        for megabytes in range(8, 160, 8):
            limit = megabytes << 20
            done = run(*arguments, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
            if run("--version", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit))).returncode != 0:
                continue  # not even the libraries
            if b"Sanitizer" in done.stderr:
                self.skipTest("sanitizers need more")
            seen.add(done.returncode)
            self.assertIn(done.returncode, (0, 2), (megabytes, done.stderr[-300:]))
            self.assertEqual(out.exists(), done.returncode == 0)
            out.unlink(missing_ok=True)
        self.assertTrue(seen)


class Widths(Case):
    def test_columns(self):
        # [REL-58]
        many = items(self.directory / "items.csv", 20)
        price = ("price", "--policy", POLICY, "--at", AT, "--items", many, "--format", "table")
        audit = ("audit", "--policy", OFFERS / "policy.json", "--offers", OFFERS / "offers.csv", "--at", AT, "--format", "table")
        compare = ("compare", "--before", POLICY, "--after", DRAFT, "--at", AT, "--items", many, "--format", "table")
        record = self.directory / "record"
        run(*price, "--record", record, "--out", "/dev/null")
        replay = ("replay", "--policy", DRAFT, "--record", record, "--format", "table")
        for arguments in (price, audit, compare, replay):
            environment = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
            unset = run(*arguments, env=environment)
            widest = run(*arguments, env={**environment, "COLUMNS": "10000"})
            for width in ("99999999999", "18446744073709551615", "10001", "4294967296"):
                done = run(*arguments, env={**environment, "COLUMNS": width})
                self.assertEqual((done.returncode, done.stdout), (widest.returncode, widest.stdout), width)
            for width in ("", "0", "-1", "-99999999999", "wide", "80x", " 80", "1e9", "99999999999999999999999"):
                done = run(*arguments, env={**environment, "COLUMNS": width})
                self.assertEqual((done.returncode, done.stdout), (unset.returncode, unset.stdout), width)
            for width in ("1", "2", "16"):
                done = run(*arguments, env={**environment, "COLUMNS": width})
                self.assertEqual(done.returncode, unset.returncode)
                self.assertTrue(done.stdout)

    def test_terminals(self):
        # [REL-58] As wide as a terminal can say that it is, and of no width at all.
        many = items(self.directory / "items.csv", 3)
        environment = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
        for columns in (0, 1, 80, 65535):
            master, slave = pty.openpty()
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
            done = run("price", "--policy", POLICY, "--at", AT, "--items", many, stdout=slave, env=environment)
            os.close(slave)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(b"S1", os.read(master, 65536))
            os.close(master)


class PolicyFiles(Case):
    """What a policy names, through the program. tests/unit/compile/policy_files_test.cpp has more of it."""

    def setUp(self):
        super().setUp()
        (self.directory / "t.csv").write_text("id,when.sku,price\na,A1,19.99\n")
        (self.directory / "outside").mkdir()
        (self.directory / "outside" / "secret.csv").write_text("root:x:0:0\n")

    def policy(self, table, name="policy.json"):
        path = self.directory / name
        path.write_text(json.dumps({"pricepoint": 1, "markets": {"DE": {}}, "channels": {"web": {"kind": "online"}},
                                    "rules": [{"table": table}]}))
        return path

    def test_links_and_pipes(self):
        # [TAB-11]
        (self.directory / "link.csv").symlink_to("outside/secret.csv")
        os.mkfifo(self.directory / "fifo.csv")
        for name, why in (("link.csv", b"this is a link"), ("fifo.csv", b"not a regular file"), ("outside", b"a directory")):
            done = run("inputs", "--policy", self.policy(name), timeout=60)
            self.assertEqual(done.returncode, 2)
            self.assertIn(why, done.stderr)
            self.assertNotIn(b"root:x", done.stderr)

    def test_policies_without_a_folder(self):
        # [TAB-8]
        path = self.policy("t.csv")
        text = path.read_bytes()
        for name in ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"):
            for how in ({"input": text}, {"stdin": path}):
                def inputs(*more):
                    if "stdin" in how:
                        with open(path, "rb") as file:
                            return run("inputs", "--policy", name, *more, stdin=file, cwd=self.directory)
                    return run("inputs", "--policy", name, *more, input=text, cwd=self.directory)
                done = inputs()
                self.assertEqual(done.returncode, 2, name)
                self.assertIn(b"PP-T003", done.stderr)
                self.assertIn(b"--tables DIR", done.stderr)
                self.assertEqual(inputs("--tables", self.directory).returncode, 0)
                self.assertEqual(inputs("--tables", ".").returncode, 0)
        fifo = self.directory / "policy.fifo"
        os.mkfifo(fifo)
        for more, status in (((), 2), (("--tables", self.directory), 0)):
            program = subprocess.Popen([_program.PROGRAM, "inputs", "--policy", fifo, *more], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            fifo.write_bytes(text)
            self.assertEqual(program.wait(60), status)

    def test_no_tables(self):
        # [TAB-12]
        named, plain = self.policy("t.csv"), POLICY
        many = items(self.directory / "items.csv", 3)
        commands = {
            "price": ("--items", many), "explain": ("--items", many, "--sku", "S1"), "check": (), "inputs": (), "markets": (),
            "audit": ("--offers", OFFERS / "offers.csv"),
        }
        for command, more in commands.items():
            done = run(command, "--policy", named, *more, "--no-tables")
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"PP-T003", done.stderr)
            self.assertIn(b"may not name files", done.stderr)
            self.assertNotIn(b"PP-T003", run(command, "--policy", plain, *more, "--no-tables").stderr)
        done = run("compare", "--before", plain, "--after", named, "--items", many, "--no-tables")
        self.assertEqual((done.returncode, done.stderr.count(b"PP-T003")), (2, 1))
        done = run("inputs", "--policy", named, "--no-tables", "--tables", self.directory)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"PP-C009", done.stderr)


class OddFiles(Case):
    """One clear line and status 2 each."""

    def refused(self, code, *arguments, **how):
        done = run(*arguments, timeout=60, **how)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(code, done.stderr)
        self.assertEqual(done.stderr.count(b"error "), 1, done.stderr)
        self.assertEqual(done.stdout, b"")
        return done.stderr

    def test_inputs(self):
        many, folder = items(self.directory / "items.csv", 3), self.directory / "folder"
        folder.mkdir()
        of = ("--policy", POLICY, "--at", AT)
        self.assertIn(b"directory", self.refused(b"PP-F001", "price", *of, "--items", folder, "--input-format", "csv"))
        self.assertIn(b"irectory", self.refused(b"PP-F001", "price", "--policy", folder, "--items", many))
        self.assertIn(b"directory", self.refused(b"PP-F001", "price", *of, "--items", many, "--rates", folder))
        self.assertIn(b"No such file", self.refused(b"PP-F001", "price", *of, "--items", self.directory / "no\nne.csv"))
        self.assertIn(b"more than", self.refused(b"PP-F004", "price", *of, "--items", many, "--rates", "/dev/zero"))
        self.assertIn(b"PP-J005", self.refused(b"PP-J005", "inputs", "--policy", "/dev/zero"))
        loop = self.directory / "loop.csv"
        loop.symlink_to("loop.csv")
        self.assertIn(b"symbolic links", self.refused(b"PP-F001", "price", *of, "--items", loop))
        self.refused(b"PP-F001", "price", *of, "--items", self.directory / ("x" * 300 + ".csv"))
        self.refused(b"PP-F001", "price", *of, "--items", many / "more.csv")

    def test_outputs(self):
        many, folder = items(self.directory / "items.csv", 3), self.directory / "folder"
        folder.mkdir()
        of = ("price", "--policy", POLICY, "--at", AT, "--items", many)
        before = self.left()
        for flag in ("--out", "--record"):
            self.assertIn(b"it is a directory", self.refused(b"PP-F003", *of, flag, folder))
            self.refused(b"PP-F003", *of, flag, str(folder / "none") + "/")
            self.refused(b"PP-F003", *of, flag, folder / "none" / "out.csv")
            self.refused(b"PP-F003", *of, flag, many / "out.csv")
            self.refused(b"PP-F003", *of, flag, folder / ("x" * 300))
            self.assertIn(b"no<", self.refused(b"PP-F003", *of, flag, self.directory / "no\x1bne" / "out.csv"))
            link = self.directory / "link.csv"
            link.symlink_to("nowhere")
            self.assertIn(b"a link to a file that does not exist", self.refused(b"PP-F003", *of, flag, link))
            link.unlink()
        self.assertEqual(self.left(), before)
        long = folder / ("x" * 255)
        self.assertEqual(run(*of, "--out", long).returncode, 0)
        self.assertTrue(long.exists())

    @unittest.skipIf(os.geteuid() != 0, "only root becomes another user")
    def test_without_permission(self):
        many, folder = items(self.directory / "items.csv", 3), self.directory / "folder"
        folder.mkdir()
        (folder / "out.csv").write_bytes(b"as it was\n")
        os.chmod(self.directory, 0o755)
        os.chmod(folder, 0o755)
        as_nobody = {"user": 65534, "group": 65534}
        of = ("price", "--policy", POLICY, "--at", AT, "--items", many)
        try:
            able = run("--version", **as_nobody).returncode == 0 and run("inputs", "--policy", POLICY, **as_nobody).returncode == 0
        except PermissionError:
            able = False
        if not able:
            self.skipTest("another user cannot run the program here")
        self.assertIn(b"Permission denied", self.refused(b"PP-F003", *of, "--out", folder / "new.csv", **as_nobody))
        self.assertIn(b"Permission denied", self.refused(b"PP-F003", *of, "--out", folder / "out.csv", **as_nobody))
        os.chmod(folder / "out.csv", 0o666)
        self.assertIn(b"Permission denied", self.refused(b"PP-F003", *of, "--out", folder / "out.csv", **as_nobody))
        os.chmod(folder, 0o1777)
        self.assertIn(b"another user owns it", self.refused(b"PP-F003", *of, "--out", folder / "out.csv", **as_nobody))
        self.assertEqual((folder / "out.csv").read_bytes(), b"as it was\n")
        os.chmod(many, 0o600)
        self.assertIn(b"Permission denied", self.refused(b"PP-F001", *of, **as_nobody))
        # A folder that can be written and not be listed is enough.
        os.chmod(many, 0o644)
        os.chmod(folder, 0o733)
        self.assertEqual(run(*of, "--out", folder / "new.csv", **as_nobody).returncode, 0)
        self.assertTrue((folder / "new.csv").exists())


if __name__ == "__main__":
    if not _program.PROGRAM:
        sys.exit("which program? PRICEPOINT_CLI names it")
    unittest.main()
