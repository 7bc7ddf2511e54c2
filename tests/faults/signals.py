#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Named outputs of a run that a signal ends, and of two outputs of which one cannot get its name: what is left of them.

usage: tests/faults/signals.py          with PRICEPOINT_CLI and PRICEPOINT_FAULTY_SYSTEM in the environment
"""

import os
import resource
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import _program
from _program import AT, HEADER, POLICY, items, row, run

NOT_AN_END = {signal.SIGKILL, signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGCONT,
              signal.SIGCHLD, signal.SIGURG, signal.SIGWINCH}
ENDS = sorted(set(signal.Signals) - NOT_AN_END) + [signal.SIGRTMIN + 3, signal.SIGRTMAX]
# What a crash raises is the sanitizer's where there is one: the exit status is then its own.
OF_CRASHES = {signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT, signal.SIGTRAP}
FAULTS = _program.why_not_faulty() if _program.PROGRAM else ""


def no_core():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Signals(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        os.chmod(self.directory, 0o777)

    def left(self):
        return {path.name: path.read_bytes() for path in self.directory.iterdir() if path.is_file()}

    def killed(self, number, *outputs, env=None, preexec_fn=no_core):
        """Ends `price` by that signal while it waits for more rows and its outputs are open; its status."""
        fifo = self.directory.parent / (self.directory.name + ".items.csv")
        os.mkfifo(fifo)
        try:
            # Its own session: a signal is for it alone, and no terminal is there.
            program = subprocess.Popen([_program.PROGRAM, "price", "--policy", str(POLICY), "--at", AT, "--items", str(fifo),
                                        *map(str, outputs)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env,
                                       preexec_fn=preexec_fn, start_new_session=True)
            with open(fifo, "wb") as rows:
                rows.write(HEADER + b"".join(row(i) for i in range(20_000)))
                rows.flush()
                self.wait_until_open(program, sum(1 for one in outputs if str(one).startswith("--")))
                os.kill(program.pid, number)
                program.wait(60)
            self.said = program.stderr.read()
            program.stderr.close()
            return program.returncode
        finally:
            fifo.unlink()

    def wait_until_open(self, program, count):
        folder = f"/proc/{program.pid}/fd"
        for _ in range(2000):
            opened = 0
            for name in os.listdir(folder):
                try:
                    target, about = os.readlink(f"{folder}/{name}"), os.stat(f"{folder}/{name}")
                except OSError:
                    continue
                if stat.S_ISREG(about.st_mode) and target.startswith(str(self.directory)):
                    # [REL-51] Nobody else reads what is not finished, whatever the umask and the file replaced.
                    self.assertEqual(stat.S_IMODE(about.st_mode), 0o600)
                    opened += 1
            if opened == count:
                return
            time.sleep(0.005)
        self.fail("the outputs were not opened")

    def each_kind_of_target(self, number, env=None, left_by=lambda status, number: status == -number):
        for kind in ("new", "replaced", "link"):
            for path in self.directory.iterdir():
                path.unlink()
            out, record = self.directory / "out.csv", self.directory / "record"
            if kind != "new":
                (self.directory / "real").write_bytes(b"as it was\n")
                if kind == "link":
                    out.symlink_to("real")
                else:
                    (self.directory / "real").rename(out)
            before = self.left()
            with self.subTest(signal=number, kind=kind):
                status = self.killed(number, "--out", out, "--record", record, env=env)
                self.assertTrue(left_by(status, number), (status, self.said[-300:]))
                self.assertEqual(self.left(), before)
                self.assertEqual(out.is_symlink(), kind == "link")

    def test_every_signal_that_ends_a_program(self):
        # [REL-51] In a folder whose file system has files without names, nothing has to be removed: not even SIGKILL
        # leaves anything.
        for number in [*ENDS, signal.SIGKILL]:
            sanitized = number in OF_CRASHES and FAULTS
            self.each_kind_of_target(number, left_by=lambda status, number: sanitized or status == -number)

    @unittest.skipIf(FAULTS, FAULTS)
    def test_every_signal_where_files_have_names(self):
        # [REL-51] Where they have, a handler removes them, and the program still ends by the signal.
        for number in ENDS:
            self.each_kind_of_target(number, env=_program.faulty(no_nameless=1))

    @unittest.skipIf(FAULTS, FAULTS)
    def test_an_ignored_signal_stays_ignored(self):
        # [REL-51] As under nohup.
        def ignore():
            no_core()
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        many = items(self.directory / "items.csv", 1000)
        program = subprocess.Popen([_program.PROGRAM, "price", "--policy", str(POLICY), "--at", AT, "--items", str(many),
                                    "--out", str(self.directory / "out.csv")], preexec_fn=ignore,
                                   stderr=subprocess.DEVNULL, env=_program.faulty(no_nameless=1))
        while program.poll() is None:
            os.kill(program.pid, signal.SIGHUP)
            time.sleep(0.001)
        self.assertEqual(program.returncode, 0)
        self.assertEqual(sorted(self.left()), ["items.csv", "out.csv"])

    def test_a_file_that_would_be_too_large(self):
        # [REL-51] SIGXFSZ as the system sends it.
        def small():
            no_core()
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        many = items(self.directory / "items.csv", 3000)
        for env in (None, *([] if FAULTS else [_program.faulty(no_nameless=1)])):
            done = run("price", "--policy", POLICY, "--at", AT, "--items", many, "--out", self.directory / "out.csv",
                       "--record", self.directory / "record", preexec_fn=small, env=env)
            self.assertEqual(done.returncode, -signal.SIGXFSZ, done.stderr)
            self.assertEqual(sorted(self.left()), ["items.csv"])


class Modes(unittest.TestCase):
    def test_of_finished_files(self):
        # [REL-51] The mode of what was replaced, else that of the umask.
        for env in (None, *([] if FAULTS else [_program.faulty(no_nameless=1)])):
            with tempfile.TemporaryDirectory() as name:
                directory = Path(name)
                many = items(directory / "items.csv", 10)
                old, record = directory / "old.csv", directory / "record"
                old.write_bytes(b"old\n")
                os.chmod(old, 0o640)
                for umask, mode in ((0o022, 0o644), (0o077, 0o600), (0o000, 0o666)):
                    record.unlink(missing_ok=True)
                    before = os.umask(umask)
                    try:
                        done = run("price", "--policy", POLICY, "--at", AT, "--items", many, "--out", old, "--record", record,
                                   env=env)
                    finally:
                        os.umask(before)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertEqual(stat.S_IMODE(old.stat().st_mode), 0o640)
                    self.assertEqual(stat.S_IMODE(record.stat().st_mode), mode)

    @unittest.skipIf(os.geteuid() != 0, "only root gives files away")
    def test_a_replaced_file_stays_with_its_owner(self):
        # [REL-51]
        with tempfile.TemporaryDirectory() as name:
            many, out = items(Path(name) / "items.csv", 10), Path(name) / "out.csv"
            out.write_bytes(b"old\n")
            os.chown(out, 1234, 1235)
            self.assertEqual(run("price", "--policy", POLICY, "--at", AT, "--items", many, "--out", out).returncode, 0)
            self.assertEqual((out.stat().st_uid, out.stat().st_gid), (1234, 1235))


class Together(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.many = items(self.directory / "items.csv", 100)
        self.out, self.record = self.directory / "out.csv", self.directory / "record"

    def price(self, *more, **how):
        return run("price", "--policy", POLICY, "--at", AT, "--items", self.many, "--out", self.out, "--record", self.record,
                   *more, **how)

    @unittest.skipIf(FAULTS, FAULTS)
    def test_a_rename_that_fails_takes_the_other_back(self):
        # [REL-51] Whichever of the two it is, and whatever was there before.
        for which in (1, 2):
            for nameless in ({}, {"no_nameless": 1}):
                for before in (b"as it was\n", None):
                    for path in (self.out, self.record):
                        path.unlink(missing_ok=True)
                        if before is not None:
                            path.write_bytes(before)
                    with self.subTest(which=which, before=before, nameless=nameless):
                        done = self.price(env=_program.faulty(rename_fails=which, **nameless))
                        self.assertEqual(done.returncode, 2, done.stderr)
                        self.assertIn(b"PP-F003", done.stderr)
                        for path in (self.out, self.record):
                            self.assertEqual(path.read_bytes() if path.exists() else None, before)
                        self.assertEqual(len(list(self.directory.iterdir())), 1 if before is None else 3)

    @unittest.skipIf(os.geteuid() != 0, "only root mounts")
    def test_a_file_that_is_mounted(self):
        # [REL-51] As a container has it: it cannot be replaced, so it is written in place when all is there.
        for mounted in ("out.csv", "record"):
            self.out.write_bytes(b"as it was, and longer than what takes its place: " + b"x" * 1_000_000)
            self.record.unlink(missing_ok=True)
            if mounted == "record":
                self.record.write_bytes(b"old\n")
            code = f'mount --bind "{mounted}" "{mounted}" && "$@"'
            arguments = ["price", "--policy", POLICY, "--at", AT, "--items", self.many, "--out", self.out, "--record",
                         self.record]
            done = subprocess.run(["unshare", "-m", "sh", "-c", code, "sh", _program.PROGRAM, *map(str, arguments)],
                                  cwd=self.directory, capture_output=True, check=False)
            if b"unshare" in done.stderr or b"mount:" in done.stderr:
                self.skipTest(done.stderr.decode())
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.out.read_bytes().count(b"\n"), 101)
            self.assertEqual(self.record.read_bytes().count(b"\n"), 100)
            self.assertEqual(len(list(self.directory.iterdir())), 3)

    @unittest.skipIf(os.geteuid() != 0, "only root mounts")
    def test_a_mounted_file_on_a_full_disk(self):
        # [REL-51] Room is taken before the first byte is overwritten, and no other output has its name.
        code = ('mount -t tmpfs -o size=8k none small && printf old > small/out || exit 99;'
                'head -c 9000 /dev/zero > small/rest 2>/dev/null; : > out.csv;'
                'mount --bind small/out out.csv || exit 99; "$@"; status=$?; cat out.csv; exit $status')
        done = subprocess.run(["unshare", "-m", "sh", "-c", "mkdir -p small; " + code, "sh", _program.PROGRAM, "price", "--policy",
                               str(POLICY), "--at", AT, "--items", str(self.many), "--out", "out.csv", "--record", "record"],
                              cwd=self.directory, capture_output=True, check=False, env={**os.environ, "TMPDIR": "/tmp"})
        if done.returncode == 99 or b"unshare" in done.stderr:
            self.skipTest(done.stderr.decode())
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(b"PP-F003", done.stderr)
        self.assertEqual(done.stdout, b"old")
        self.assertFalse(self.record.exists())

    def test_one_file_under_two_names(self):
        # [REL-51] It could not be both.
        (self.directory / "more").mkdir()
        for other in (self.directory / "more" / ".." / "out.csv", self.directory / "link"):
            if other.name == "link":
                self.out.write_bytes(b"as it was\n")
                other.symlink_to("out.csv")
            self.record = other
            done = self.price()
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"--record and --out are the same file", done.stderr)

    def test_standard_output_by_its_name(self):
        # What is there already stays; another descriptor too.
        wanted = run("price", "--policy", POLICY, "--at", AT, "--items", self.many).stdout
        for name in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
            self.out.write_bytes(b"before\n")
            with open(self.out, "ab") as to:
                done = run("price", "--policy", POLICY, "--at", AT, "--items", self.many, "--out", name, stdout=to)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.out.read_bytes(), b"before\n" + wanted)
        done = run("price", "--policy", POLICY, "--at", AT, "--items", self.many, "--out", "/dev/null")
        self.assertEqual((done.returncode, done.stdout), (0, b""))


if __name__ == "__main__":
    if not _program.PROGRAM:
        sys.exit("which program? PRICEPOINT_CLI names it")
    unittest.main()
