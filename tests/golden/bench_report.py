#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The table that benchmarks/report.py makes of saved numbers, what it makes of Google Benchmark's, and its list of
scenarios. Nothing is measured here.

usage: tests/golden/bench_report.py
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from _golden import HERE, ROOT, main

FILES = HERE / "bench_report"
REPORT = ROOT / "benchmarks" / "report.py"
PAGE = "Prose before.\n\n<!-- bench:begin -->\nold numbers\n<!-- bench:end -->\n\nProse behind.\n"


def report(*arguments):
    return subprocess.run([sys.executable, REPORT, *arguments], capture_output=True, encoding="utf-8", check=False)


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}:\n{got}\nexpected:\n{wanted}")


def table_of_saved(page):
    arguments = ("--from", FILES / "saved.json", "--manifest", FILES / "manifest.json", "--page")
    wanted = (FILES / "expected.txt").read_text("utf-8")
    expect("the table", report(*arguments, "-").stdout, wanted)
    page.write_text(PAGE, encoding="utf-8")
    for _ in range(2):  # the second time finds its own table
        report(*arguments, page)
        expect("the page", page.read_text("utf-8"), PAGE.replace("old numbers\n", wanted))
    page.write_text(PAGE.replace("<!-- bench:end -->", ""), encoding="utf-8")
    refused = report(*arguments, page)
    expect("the status without a marker", refused.returncode, 1)


def numbers_of_google_benchmark(scratch):
    runs = [{"run_name": "cli/job/real_time", "run_type": "iteration", "items_per_second": 2.0},
            {"run_name": "cli/job/real_time", "run_type": "aggregate", "items_per_second": 7.0},
            {"run_name": "batch/job/threads:2", "run_type": "iteration", "items_per_second": 3.0},
            {"run_name": "failed/job", "run_type": "iteration", "error_occurred": True}]
    context = {"date": "2026-11-26T01:02:03+01:00", "num_cpus": 2, "host_name": "somewhere", "cores_allowed": "1"}
    (scratch / "scenarios.json").write_text(json.dumps({"context": context, "benchmarks": runs}), encoding="utf-8")
    (scratch / "peers.json").write_text('{"rounds": 1, "peers": [], "skipped": []}', encoding="utf-8")
    again = {"context": context, "benchmarks": [{**runs[0], "items_per_second": 5.0}]}
    (scratch / "again.json").write_text(json.dumps(again), encoding="utf-8")
    done = report("--scenarios", scratch / "scenarios.json", scratch / "again.json",
                  "--peers", scratch / "peers.json", "--save", scratch / "saved.json", "--page", "-")
    expect("the status", (done.returncode, done.stderr), (0, ""))
    saved = json.loads((scratch / "saved.json").read_text("utf-8"))
    expect("the names", [(one["name"], one["items_per_second"]) for one in saved["benchmarks"]],
           [("cli/job", 2.0), ("batch/job/threads:2", 3.0), ("failed/job", None), ("cli/job", 5.0)])
    told = "Medians of 1 to 2 repetitions, in random order by 2 processes"
    if told not in done.stdout or "| `cli/job` | 3.50 |" not in done.stdout:
        sys.exit(f"two processes are not put together:\n{done.stdout}")
    expect("the machine", (saved["machine"]["date"], saved["machine"]["pinned"]), ("2026-11-26", True))
    if "somewhere" in done.stdout or "| `failed/job` |" in done.stdout:
        sys.exit(f"names what it should not:\n{done.stdout}")


def scenarios_are_described():
    manifest = json.loads((ROOT / "benchmarks" / "scenarios.json").read_text("utf-8"))
    names = [one["name"] for one in manifest["scenarios"]]
    expect("names that stand twice", sorted({name for name in names if names.count(name) > 1}), [])
    if manifest["baseline"] not in names:
        sys.exit("the baseline is no scenario")
    for one in manifest["scenarios"]:
        if set(one) != {"name", "items", "what"} or not re.fullmatch(r"[A-Z][^|\n]*\.", one["what"]):
            sys.exit(f"{one}: needs name, items and a sentence")
        if one["items"] not in ("rows", "requests", "rules", "searches"):
            sys.exit(f"{one}: counts what the table's legend does not name")


def check():
    with tempfile.TemporaryDirectory() as scratch:
        table_of_saved(Path(scratch) / "page.md")
        numbers_of_google_benchmark(Path(scratch))
    scenarios_are_described()


if __name__ == "__main__":
    main(check, __doc__, program=False)
