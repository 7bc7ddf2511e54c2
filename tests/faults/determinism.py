#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same bytes everywhere: for any number of threads, under other locales, zones, address layouts and allocators, and
from every build. The answers over the examples and the conformance cases have digests in digests.txt; whatever compiler
and level of optimisation runs this is held to the same ones.

usage: tests/faults/determinism.py [--update]          with PRICEPOINT_CLI in the environment

--update writes digests.txt anew: only where an answer was meant to change.
"""

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import _program
from _program import ROOT, run

DIGESTS = pathlib.Path(__file__).resolve().parent / "digests.txt"
AT = ("--at", "2026-11-20T12:00:00Z")
EXAMPLES = ROOT / "examples"
CASES = ROOT / "tests" / "conformance" / "cases" / "cases.ndjson"


def policies():
    """Every policy of the examples and the conformance cases."""
    found = sorted(path for folder in (EXAMPLES, ROOT / "tests" / "conformance", ROOT / "tests" / "golden" / "shared")
                   for path in folder.rglob("*.json"))
    return [path for path in found if '"pricepoint": 1' in path.read_text("utf-8")]


def conformance(scratch):
    """The requests of the conformance cases, a file for each policy."""
    by_policy = {}
    for line in CASES.read_text("utf-8").splitlines():
        case = json.loads(line)
        by_policy.setdefault(case["policy"], []).append(json.dumps(case["request"], ensure_ascii=False))
    for number, (policy, requests) in enumerate(sorted(by_policy.items())):
        path = pathlib.Path(scratch) / f"conformance-{number}.ndjson"
        path.write_text("\n".join(requests) + "\n", encoding="utf-8")
        yield policy, path


def runs(scratch):
    """Name and arguments of everything that is asked. Paths are relative to the root, so that messages are the same."""
    all_runs = {}
    demo = ("--policy", "examples/demo/policy.json", "--items", "examples/demo/catalogue.csv", *AT)
    for channel in ("web", "store"):
        all_runs[f"demo price {channel} csv"] = ("price", *demo, "--channel", channel, "--format", "csv")
    all_runs["demo price ndjson"] = ("price", *demo, "--channel", "web", "--format", "ndjson")
    worked = ("--policy", "examples/policies/worked-example.json", "--items", "examples/policies/worked-example.csv", *AT)
    all_runs["worked example"] = ("price", *worked, "--format", "ndjson", "--explain")
    a = ("--policy", "tests/conformance/policy_a/policy.json", "--items", "tests/conformance/policy_a/expected.csv", *AT)
    all_runs["policy a"] = ("price", *a, "--format", "ndjson", "--explain")
    for policy, path in conformance(scratch):
        all_runs[f"conformance of {policy}"] = ("price", "--policy", policy, "--items", path, "--format", "ndjson",
                                                "--explain")
    audit = ("--policy", "examples/audit/policy.json", "--offers", "examples/audit/offers.csv", *AT)
    all_runs["audit csv"] = ("audit", *audit, "--format", "csv")
    all_runs["audit ndjson ahead"] = ("audit", *audit, "--format", "ndjson", "--until", "2027-01-01T00:00:00Z")
    all_runs["compare"] = ("compare", "--before", "tests/golden/shared/shop.json", "--after", "tests/golden/shared/draft.json",
                           "--items", "tests/conformance/policy_a/expected.csv", "--format", "ndjson", *AT)
    history = ("--policy", "examples/history/policy.json", "--items", "examples/history/items.csv", "--history",
               "examples/history/history.csv")
    all_runs["history"] = ("price", *history, "--format", "ndjson", *AT)
    for path in policies():
        name = path.relative_to(ROOT)
        all_runs[f"inputs of {name}"] = ("inputs", "--policy", name, "--format", "json")
        all_runs[f"check of {name}"] = ("check", "--policy", name, "--format", "ndjson", *AT)
    all_runs["markets"] = ("markets", "--format", "json")
    all_runs["schema"] = ("schema",)
    return all_runs


def without_zone_files(scratch):
    """What to run a program by so that it finds no zone files on the machine; nothing where that is not allowed."""
    if not pathlib.Path("/usr/share/zoneinfo").is_dir():
        return []
    empty = pathlib.Path(scratch) / "hidden"
    empty.mkdir()
    by = ["unshare", *([] if os.geteuid() == 0 else ["--map-root-user"]), "--mount", "sh", "-c",
          'mount --bind "$0" /usr/share/zoneinfo && exec "$@"', str(empty)]
    try:
        listed = subprocess.run([*by, "ls", "/usr/share/zoneinfo"], capture_output=True, check=False)
    except FileNotFoundError:
        return []
    if listed.returncode != 0 or listed.stdout:
        print("no mount can hide /usr/share/zoneinfo here: TZDIR alone is tried")
        return []
    return by


def outcome(arguments, before=(), **more):
    if before:
        done = subprocess.run([*before, _program.PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False, cwd=ROOT)
    else:
        done = run(*arguments, cwd=ROOT, **more)
    if done.returncode not in (0, 1, 2):
        sys.exit(f"{arguments}: exit {done.returncode}: {done.stderr[-500:]}")
    return f"exit {done.returncode}\n".encode() + done.stdout + b"\0" + done.stderr


def wrong_zones(scratch):
    """A folder as /usr/share/zoneinfo is, with the hours of one zone under the names of others, and an empty one."""
    (pathlib.Path(scratch) / "empty").mkdir()
    head = b"TZif2" + bytes(15)
    counts = bytes(16) + (1).to_bytes(4, "big") + (4).to_bytes(4, "big")
    block = (-43_200).to_bytes(4, "big", signed=True) + bytes(2) + b"XXX\0"
    for name in ("Asia/Shanghai", "Europe/Berlin", "Europe/Rome", "Europe/Paris", "America/New_York", "UTC"):
        path = pathlib.Path(scratch) / "zoneinfo" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(head + counts + block + head + counts + block + b"\nXXX12\n")


def environments(scratch):
    """What must change nothing. The hash tables of Abseil have a salt from where the program lies in memory, which is
    another place in each process; without randomisation it is the same one."""
    yield "again", {}, ()
    yield "comma locale", {"LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"}, ()
    yield "plain locale", {"LC_ALL": "C", "LANG": "C"}, ()
    yield "Turkish locale", {"LC_ALL": "tr_TR.UTF-8"}, ()
    yield "zone east", {"TZ": "Asia/Kathmandu"}, ()
    yield "zone west", {"TZ": "America/St_Johns"}, ()
    yield "no such zone", {"TZ": "Nowhere/Nothing"}, ()
    yield "other allocator", {"MALLOC_ARENA_MAX": "1", "MALLOC_PERTURB_": "165", "MALLOC_CHECK_": "3",
                              "MALLOC_MMAP_THRESHOLD_": "4096", "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}, ()
    # Whatever the program or a library below it could read, at once and in two ways.
    yield "other zone files and settings", {
        "TZDIR": str(pathlib.Path(scratch) / "zoneinfo"), "ZONEINFO": scratch, "PYTHONTZPATH": scratch,
        "COLUMNS": "20", "LINES": "5", "TERM": "xterm-256color", "COLORTERM": "truecolor", "CLICOLOR_FORCE": "1",
        "HOME": "/nowhere", "USER": "nobody", "XDG_CONFIG_HOME": scratch, "PWD": "/nowhere", "TMPDIR": scratch,
        "LANG": "tr_TR.UTF-8", "LC_NUMERIC": "de_DE.UTF-8", "LC_TIME": "ja_JP.UTF-8", "LC_MESSAGES": "fr_FR.UTF-8",
        "LOCPATH": scratch, "NLSPATH": scratch, "CHARSET": "UTF-16", "POSIXLY_CORRECT": "1", "SOURCE_DATE_EPOCH": "1",
        "GLIBCXX_FORCE_NEW": "1", "PAGER": "false", "OMP_NUM_THREADS": "1", "PRICEPOINT_ZONES": scratch}, ()
    yield "no zone files, no terminal", {
        "TZDIR": str(pathlib.Path(scratch) / "empty"), "COLUMNS": "1000", "TERM": "dumb", "NO_COLOR": "1", "CLICOLOR": "0",
        "HOME": "", "TMPDIR": "/nowhere", "TMP": "/nowhere", "LC_CTYPE": "C", "LC_COLLATE": "tr_TR",
        "LC_MONETARY": "de_CH.UTF-8", "LANGUAGE": "ja", "LOCALDOMAIN": "x"}, ()
    yield "other addresses", {"PADDING": "x" * 60_000}, ()
    yield "bare", None, ()
    for threads in ("1", "2", "3", "8"):
        yield f"{threads} threads", {}, ("--threads", threads)


def main():
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        all_runs = runs(scratch)
        wrong_zones(scratch)
        # The version of the time zone data is told, and is no answer: with the next one the digests are the same.
        zones = subprocess.run([_program.PROGRAM, "--version"], capture_output=True, check=True).stdout.split()[-1]
        hidden = without_zone_files(scratch)
        digests = {}
        for name, arguments in all_runs.items():
            first = outcome(arguments)
            plain = first.replace(scratch.encode(), b"SCRATCH").replace(b',"zones":"%b"' % zones, b"")
            digests[name] = hashlib.sha256(plain).hexdigest()
            # [REL-60] [REL-61] [REL-62]
            for what, changes, more in environments(scratch):
                if more and arguments[0] not in ("price", "audit", "compare"):
                    continue
                environment = {**os.environ, **changes} if changes is not None else {}
                if outcome((*arguments, *more), env=environment) != first:
                    wrong += 1
                    print(f"{name}: {what}: other bytes")
            if hidden and outcome(arguments, before=hidden) != first:
                wrong += 1
                print(f"{name}: without /usr/share/zoneinfo: other bytes")
    # [REL-63] [REL-64] Fingerprints are part of the answers.
    text = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    if "--update" in sys.argv[1:]:
        DIGESTS.write_text(text, encoding="utf-8")
    known = dict(reversed(line.split("  ", 1)) for line in DIGESTS.read_text("utf-8").splitlines())
    for name in sorted(known.keys() | digests.keys()):
        if known.get(name) != digests.get(name):
            wrong += 1
            print(f"{name}: {'is not asked any more' if name not in digests else 'another answer than ' + DIGESTS.name}")
    print(f"{len(digests)} answers, {wrong} differences")
    return 1 if wrong or len(digests) < 30 else 0


if __name__ == "__main__":
    if not _program.PROGRAM:
        sys.exit("which program? PRICEPOINT_CLI names it")
    _program.PROGRAM = str(pathlib.Path(_program.PROGRAM).resolve())
    sys.exit(main())
