#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Keeps of what a fuzzer has found the inputs that go the most different ways.

usage: tools/fuzz_keep.py NAME...     (./dev fuzz --keep builds the fuzzers first)

Takes tests/fuzz/corpus/NAME and build/fuzz/corpus/NAME together and writes the former anew: at most 60 files and 200 KiB,
each time the input that brings the most for its length, edges of the program first, then how often and with which
operands they were passed. libFuzzer's own -merge keeps everything that is new in any respect, many hundred files.
"""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_FILES = 60
MOST_BYTES = 200 * 1024


def ways_of(name, paths, directory):
    """What libFuzzer's merge notes of each file: the edges, and all features."""
    control = Path(directory) / "control"
    (Path(directory) / "nothing").mkdir()
    subprocess.run(
        [ROOT / f"build/fuzz/tests/fuzz/fuzz_{name}", "-merge=1", "-timeout=100", "-rss_limit_mb=2048", "-max_len=1000000",
         f"-merge_control_file={control}", f"-artifact_prefix={directory}/", Path(directory) / "nothing", *paths],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    lines = control.read_text().split("\n")
    count = int(lines[0])
    files = [Path(line) for line in lines[2:2 + count]]
    edges = [set() for _ in files]
    features = [set() for _ in files]
    for line in lines[2 + count:]:
        words = line.split()
        if words and words[0] in ("FT", "COV"):
            (features if words[0] == "FT" else edges)[int(words[1])].update(words[2:])
    return files, edges, features


def chosen(files, edges, features):
    left = {i: files[i].stat().st_size for i in range(len(files))}
    taken, size = [], 0
    for ways in (edges, features):
        seen = set().union(*(ways[i] for i in taken))
        while left and len(taken) < MOST_FILES:
            # Files are what there are few of: one costs as much as a thousand bytes.
            best = max(left, key=lambda i: (len(ways[i] - seen) / (left[i] + 1000), files[i].name))
            if not ways[best] - seen:
                break
            if size + left[best] <= MOST_BYTES:
                taken.append(best)
                size += left[best]
                seen |= ways[best]
            del left[best]
    return [files[i].read_bytes() for i in taken], len(set().union(*(edges[i] for i in taken)))


def main(names):
    for name in names:
        kept = ROOT / "tests/fuzz/corpus" / name
        kept.mkdir(parents=True, exist_ok=True)
        paths = [one for one in (kept, ROOT / "build/fuzz/corpus" / name) if one.is_dir()]
        with tempfile.TemporaryDirectory() as directory:
            files, edges, features = ways_of(name, paths, directory)
            inputs, reached = chosen(files, edges, features)
        for old in kept.iterdir():
            old.unlink()
        for text in inputs:
            (kept / hashlib.sha1(text).hexdigest()[:16]).write_bytes(text)
        print(f"{name}: {len(inputs)} of {len(files)} inputs, {sum(map(len, inputs))} bytes,"
              f" {reached} of {len(set().union(*edges))} edges")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
