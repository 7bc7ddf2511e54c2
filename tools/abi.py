#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the C library to the binary interface that is written down in bindings/c/abi/libpricepoint.abi, so that programs
that were built before go on working: no function that went, no parameter, structure or enumeration that changed.

usage: tools/abi.py [--update] LIBRARY     (a libpricepoint.so with debug information)

New functions break nobody and are only told; --update writes them down. So it does with every other change: what that
means for programs is to be judged where the file's difference is read (docs/versions.md).
"""

import pathlib
import platform
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
BASELINE = ROOT / "bindings/c/abi/libpricepoint.abi"
HEADERS = ROOT / "include"
# Of the numbers that abidiff exits with.
BROKEN, CHANGED = 3, 12


def described(library):
    """The interface as XML, with nothing in it of the place or the compiler's flags."""
    text = subprocess.run(
        ["abidw", "--headers-dir", HEADERS, "--exported-interfaces-only", "--drop-private-types", "--drop-undefined-syms",
         "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--no-elf-needed", "--no-write-default-sizes",
         "--type-id-style", "hash", library],
        capture_output=True, text=True, check=True).stdout
    # Sources are named as the compiler was given them.
    return re.sub(r" path='[^']*?(src/(?:capi|arrow)/[^']*)'", r" path='\1'", text)


def difference(text, *options):
    """What abidiff says. Two descriptions are compared, never one with a library: of types of a description it does not
    know where they are declared, and where it is to look at headers it takes them for private ones."""
    with tempfile.TemporaryDirectory() as directory:
        found = pathlib.Path(directory) / "found.abi"
        found.write_text(text, encoding="utf-8")
        done = subprocess.run(["abidiff", "--no-default-suppression", *options, BASELINE, found],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode & BROKEN:
        sys.exit(f"abidiff fails: {done.stdout}")
    return done.stdout if done.returncode & CHANGED else ""


def main(arguments):
    update = "--update" in arguments
    libraries = [argument for argument in arguments if argument != "--update"]
    if len(libraries) != 1:
        sys.exit(__doc__)
    if platform.machine() != "x86_64":
        print("the binary interface is written down for x86-64 alone; nothing is compared")
        return 0
    text = described(libraries[0])
    if "<function-decl" not in text or "<class-decl" not in text:
        sys.exit(f"{libraries[0]} has no debug information")
    if update:
        BASELINE.parent.mkdir(exist_ok=True)
        BASELINE.write_text(text, encoding="utf-8")
        print(f"{BASELINE.relative_to(ROOT)} is written: {text.count('<function-decl')} functions")
        return 0
    xml.etree.ElementTree.parse(BASELINE)  # abidiff finds no difference to what it cannot read
    changed = difference(text, "--no-added-syms")
    if changed:
        print(f"{changed}\nThe binary interface is another one. If programs that were built before still work with this,\n"
              "./dev abi --update writes it down; if not, PRICEPOINT_ABI in version.hpp counts up too.")
        return 1
    added = re.findall(r"\[A\] '[^']*?(pricepoint_\w+)\(", difference(text))
    if added:
        print(f"new functions, which ./dev abi --update writes down: {', '.join(sorted(added))}")
    else:
        print("the binary interface is that of bindings/c/abi/libpricepoint.abi")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
