#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds and runs a program of examples/languages, or tests/languages/go/conformance.go, against the shared library.

usage: run.py --library FILE --include DIRECTORY --build DIRECTORY (go | node | java | rust | go-conformance)

Exit status 0: it prints examples/languages/price.out, or the conformance cases are all the same. What cannot be had here
is said after the word SKIPPED, with status 0: the tool itself, or a package that is neither here nor to be had from its
registry. Packages are pinned: koffi in examples/languages/node/package.json, JNA below.
"""

import argparse
import difflib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "languages"
JNA = "5.14.0"


class Skipped(Exception):
    pass


def tool(name, *others):
    for one in (name, *others):
        if found := shutil.which(one):
            return found
    raise Skipped(f"{name} is not installed")


def run(command, reason=None, **options):
    """The output of a command. Where it fails: skipped for `reason`, if there is one."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", check=False,
                              timeout=900, **options)
    except subprocess.TimeoutExpired:
        if reason:
            raise Skipped(f"{reason}: no answer in 15 minutes") from None
        raise
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()
        if reason:
            raise Skipped(f"{reason}: {last[-1]}")
        print(*last, sep="\n", file=sys.stderr)
        sys.exit(f"{command[0]} failed with {done.returncode}")
    return done.stdout


class Build:
    def __init__(self, given):
        self.library = Path(given.library).resolve()
        self.include = Path(given.include).resolve()
        self.directory = Path(given.build).resolve() / given.what
        self.directory.mkdir(parents=True, exist_ok=True)
        self.environment = dict(os.environ, LD_LIBRARY_PATH=str(self.library.parent))

    def go(self, source="examples/languages/go/price.go"):
        go = tool("go")
        tool("gcc", "cc")
        # The directory of the library may hold an archive of the same name, which is that of C++: here is only one.
        alone = self.directory / "lib"
        alone.mkdir(exist_ok=True)
        link = alone / "libpricepoint.so"
        link.unlink(missing_ok=True)
        link.symlink_to(self.library)
        environment = dict(self.environment, CGO_ENABLED="1", CGO_CFLAGS=f"-O1 -I{self.include}",
                           CGO_LDFLAGS=f"-L{alone}", GOCACHE=str(self.directory / "cache"), GOFLAGS="-mod=mod",
                           GOTOOLCHAIN="local", GOWORK="off", GO111MODULE="off")
        # Pinning, by which Go's memory may point to Go's memory, came with 1.21.
        version = run([go, "env", "GOVERSION"], env=environment).strip()
        if tuple(int(part) for part in version.removeprefix("go").split(".")[:2]) < (1, 21):
            raise Skipped(f"{version} is older than go1.21")
        run([go, "build", "-o", self.directory / "price", ROOT / source], env=environment, cwd=ROOT)
        return run([self.directory / "price"], env=self.environment, cwd=ROOT)

    def go_conformance(self):
        return self.go("tests/languages/go/conformance.go")

    def rust(self):
        rustc = tool("rustc")
        alone = self.directory / "lib"
        alone.mkdir(exist_ok=True)
        link = alone / "libpricepoint.so"
        link.unlink(missing_ok=True)
        link.symlink_to(self.library)
        run([rustc, "--edition", "2021", "-L", alone, "-o", self.directory / "price", EXAMPLES / "rust" / "price.rs"],
            cwd=ROOT)
        return run([self.directory / "price"], env=self.environment, cwd=ROOT)

    def node(self):
        node, npm = tool("node", "nodejs"), tool("npm")
        shutil.copy(EXAMPLES / "node" / "package.json", self.directory)
        if not (self.directory / "node_modules" / "koffi").is_dir():
            run([npm, "install", "--no-audit", "--no-fund", "--no-package-lock"], cwd=self.directory,
                reason="npm cannot install koffi")
        run([node, "-e", "require('koffi')"], cwd=self.directory, reason="koffi does not run here")
        environment = dict(self.environment, NODE_PATH=str(self.directory / "node_modules"),
                           PRICEPOINT_LIBRARY=str(self.library))
        return run([node, EXAMPLES / "node" / "price.js"], env=environment, cwd=ROOT)

    def java(self):
        java, javac = tool("java"), tool("javac")
        jar = self.jna()
        run([javac, "-encoding", "UTF-8", "-cp", jar, "-d", self.directory, EXAMPLES / "java" / "Price.java"])
        return run([java, f"-Djna.library.path={self.library.parent}", "-cp", f"{jar}:{self.directory}", "Price"],
                   env=self.environment, cwd=ROOT)

    def jna(self):
        near = [Path.home() / ".m2/repository/net/java/dev/jna/jna" / JNA / f"jna-{JNA}.jar",
                Path("/usr/share/java/jna.jar")]
        for jar in near:
            if jar.is_file():
                return jar
        maven = tool("mvn")
        run([maven, "-q", "-B", "dependency:get", f"-Dartifact=net.java.dev.jna:jna:{JNA}", "-Dtransitive=false"],
            reason="Maven cannot fetch JNA", cwd=self.directory)
        if not near[0].is_file():
            raise Skipped(f"Maven fetched JNA, but not to {near[0]}")
        return near[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", required=True)
    parser.add_argument("--include", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("what", choices=("go", "node", "java", "rust", "go-conformance"))
    given = parser.parse_args()
    try:
        if platform.machine() not in ("x86_64", "aarch64") or sys.maxsize < 2**32:
            raise Skipped("the programs are written for 64-bit systems")
        got = getattr(Build(given), given.what.replace("-", "_"))()
    except Skipped as why:
        print(f"SKIPPED: {why}")
        return 0
    expected = (EXAMPLES / "price.out").read_text(encoding="utf-8") if given.what != "go-conformance" else "66 cases\n"
    sys.stdout.writelines(difflib.unified_diff(expected.splitlines(True), got.splitlines(True), "expected", "printed"))
    return 0 if got == expected else 1


if __name__ == "__main__":
    sys.exit(main())
