#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the fuzzers of tests/fuzz that are built in build/fuzz, as many at once as there are cores.

usage: tools/fuzz.py [--check] [NAME...] [--seconds N] [--seed S]     (./dev fuzz builds the fuzzers first)
       tools/fuzz.py [--check] --keep [NAME...]

Each fuzzer, or each of those named, runs for N seconds (60). It starts from tests/fuzz/corpus/NAME and from what earlier
runs found, in build/fuzz/corpus/NAME, and adds to the latter. An input that breaks a promise is stored among the sources, in
tests/fuzz/crashes/NAME, so that it is not lost. --keep runs none of them, but has fuzz_keep.py choose which inputs to keep.
--check only looks at the arguments. Exit status 2: the arguments are wrong, or a fuzzer found something.
"""

import concurrent.futures
import os
import re
import secrets
import subprocess
import sys
import threading
import time
from pathlib import Path

import fuzz_keep

ROOT = Path(__file__).resolve().parent.parent
FUZZERS = "tests/fuzz"
LOGS = "build/log"
ENVIRONMENT = {"ASAN_OPTIONS": "malloc_context_size=10:quarantine_size_mb=32", "UBSAN_OPTIONS": "print_stacktrace=1"}
DEFAULT_TIMEOUT = "10"
MOST_SHOWN = 20000  # characters of a log
INTERRUPTED = threading.Event()


class Refused(Exception):
    pass


def read_arguments(words):
    """(names, seconds, seed, whether to keep)"""
    names, numbers, keep = [], {"--seconds": "60", "--seed": str(secrets.randbits(32))}, False
    words = list(words)
    while words:
        word = words.pop(0)
        if word in numbers:
            if not words or not re.fullmatch(r"[0-9]+", words[0]):
                raise Refused(f"{word} takes a number")
            numbers[word] = words.pop(0)
        elif word == "--keep":
            keep = True
        elif word.startswith("-"):
            raise Refused(f"fuzz does not know {word}")
        elif not Path(FUZZERS, f"{word}.options").is_file():
            raise Refused(f"no fuzzer {word}: {FUZZERS}/{word}.options is not there")
        else:
            names.append(word)
    names = names or sorted(path.stem for path in Path(FUZZERS).glob("*.options"))
    return names, int(numbers["--seconds"]), numbers["--seed"], keep


def read_options(name):
    """The flags of NAME.options, and the seconds that one input may take."""
    flags, timeout = [], DEFAULT_TIMEOUT
    for line in Path(FUZZERS, f"{name}.options").read_text("utf-8").splitlines():
        if option := re.match(r"([a-z_]*) *= *(.*)", line):
            key, value = option.groups()
            flags.append(f"-{key}={FUZZERS}/{value}" if key == "dict" else f"-{key}={value}")
            timeout = value if key == "timeout" else timeout
    return flags, timeout


def run(command, log, mode):
    with open(log, mode, encoding="utf-8") as output:
        try:
            return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False).returncode
        except OSError as error:  # the program is not there
            output.write(f"{error}\n")
            return 127


def is_quick_enough(program, path, timeout, log):
    """Whether an input takes no more of the processor's time than it may. libFuzzer counts the time that passes, which
    is more than that on a busy machine."""
    return run(["bash", "-c", 'ulimit -t "$1" && shift && exec "$@"', "_", timeout, program, "-timeout=1000", path], log, "a") == 0


def last(pattern, text, default=""):
    found = re.findall(pattern, text, re.MULTILINE)
    return found[-1] if found else default


def fuzz(name, seconds, seed):
    """What to print about one fuzzer, and whether it found nothing."""
    start = time.monotonic()
    program, log = f"build/fuzz/tests/fuzz/fuzz_{name}", f"{LOGS}/fuzz_{name}.log"
    kept, found, crashes = f"{FUZZERS}/corpus/{name}", f"build/fuzz/corpus/{name}", f"{FUZZERS}/crashes/{name}"
    for directory in (LOGS, kept, found, crashes):
        Path(directory).mkdir(parents=True, exist_ok=True)
    flags, timeout = read_options(name)
    inputs, left = 0, seconds
    while True:
        status = run([program, f"-timeout={timeout}", "-report_slow_units=1000", "-rss_limit_mb=2048", *flags, f"-seed={seed}",
                      f"-max_total_time={left}", "-print_final_stats=1", f"-artifact_prefix={crashes}/", found, kept, crashes],
                     log, "w")
        text = Path(log).read_text("utf-8", errors="replace")
        inputs += int(last(r"^stat::number_of_executed_units: *(\d+)", text, "0"))
        if status == 0:
            break
        if INTERRUPTED.is_set():
            return "", False
        path = last(r"Test unit written to (.*)", text)
        if "/timeout-" in path and is_quick_enough(program, path, timeout, log):
            os.remove(path)
            left = seconds - int(time.monotonic() - start)
            if left > 0:
                continue
            break
        text = Path(log).read_text("utf-8", errors="replace")
        told = "\n".join(line for line in text.splitlines() if not re.match(r"#[0-9]|INFO|DEDUP|stat::", line))
        return f"{told[:MOST_SHOWN]}\nfuzz {name}: FOUND something; see {path or 'above'} and {log}", False
    edges = last(r"^#[0-9]*\s*DONE *cov: ([0-9]*)", text)
    return f"fuzz {name}: nothing found with {inputs} inputs ({int(time.monotonic() - start)} s, {edges} edges)", True


def main(words):
    check = "--check" in words
    names, seconds, seed, keep = read_arguments(word for word in words if word != "--check")
    if check:
        return 0
    os.environ.update(ENVIRONMENT)
    if keep:
        return fuzz_keep.main(names)
    print(f"{len(names)} fuzzers, {seconds} s each, with the seed {seed} "
          f"(to repeat: rm -r build/fuzz/corpus; ./dev fuzz --seed {seed})", flush=True)
    all_good = True
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        running = [pool.submit(fuzz, name, seconds, seed) for name in names]
        try:
            for one in concurrent.futures.as_completed(running):
                told, good = one.result()
                all_good = all_good and good
                print(told, flush=True)
        except BaseException:
            INTERRUPTED.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    if not all_good:
        raise Refused("a fuzzer found something")
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    try:
        sys.exit(main(sys.argv[1:]))
    except Refused as why:
        # The words are those of ./dev, which starts this.
        print(f"dev: {why}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
