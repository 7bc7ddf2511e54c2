#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Installs the package as its users do, with pip into an environment of its own, and runs tests there.

usage: run.py --build DIRECTORY [--cli PROGRAM] [--compile-in DIRECTORY] [--setting KEY=VALUE]... (package | examples | spark)

Environments lie under the build directory and are kept: the libraries are installed again when requirements*.txt change,
the package when its sources or the library's do. Settings are for pip's build of the package. Exit status 77 says that
the tests cannot be had here, with the reason: no packages from PyPI, or no Java for Spark.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent
ROOT = PACKAGE.parents[1]
SKIPPED = 77


def digest(paths):
    made = hashlib.sha256(sys.version.encode())
    for path in sorted(paths):
        made.update(f"{path}\0".encode())
        made.update(path.read_bytes())
    return made.hexdigest()


def sources():
    found = [ROOT / "CMakeLists.txt", PACKAGE / "CMakeLists.txt", ROOT / "pyproject.toml", PACKAGE / "README.md"]
    for directory in (ROOT / "include", ROOT / "src", ROOT / "cmake", ROOT / "bindings" / "c", PACKAGE / "src", PACKAGE / "backend",
                      PACKAGE / "pricepoint"):
        found += [path for path in directory.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    # The program is not in the package.
    return [path for path in found if ROOT / "src" / "cli" not in path.parents]


class Environment:
    def __init__(self, directory, requirements):
        self.directory = directory
        self.requirements = requirements
        self.python = directory / "bin" / "python"

    def pip(self, *arguments):
        """0, or pip's status with what it said on standard error."""
        done = subprocess.run([self.python, "-m", "pip", "--disable-pip-version-check", *arguments],
                              capture_output=True, text=True)
        if done.returncode != 0:
            sys.stderr.write(done.stdout + done.stderr)
        return done.returncode

    def stamped(self, name, value):
        path = self.directory / name
        return path.is_file() and path.read_text() == value

    def index_answers(self):
        return subprocess.run([self.python, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps",
                               "--no-cache-dir", "--dest", self.directory / "probe", "packaging"],
                              capture_output=True).returncode == 0

    def failed(self, what):
        if self.index_answers():
            sys.exit(f"run.py: {what} cannot be installed, see above")
        print(f"skipped: {what} cannot be installed, since PyPI does not answer")
        sys.exit(SKIPPED)

    def prepare(self, settings):
        wanted = digest([self.requirements])
        if not self.stamped("requirements.sha256", wanted):
            started = time.monotonic()
            shutil.rmtree(self.directory, ignore_errors=True)
            venv.create(self.directory, with_pip=True)
            if self.pip("install", "--quiet", "-r", self.requirements) != 0:
                self.failed(f"what {self.requirements.name} names")
            (self.directory / "requirements.sha256").write_text(wanted)
            print(f"{self.requirements.name}: installed in {time.monotonic() - started:.0f} s", flush=True)
        wanted = digest(sources())
        if not self.stamped("package.sha256", wanted):
            started = time.monotonic()
            if self.pip("install", "--quiet", "--force-reinstall", "--no-deps", ROOT,
                        *(f"--config-settings={setting}" for setting in settings)) != 0:
                self.failed("the package")
            (self.directory / "package.sha256").write_text(wanted)
            print(f"the package: installed in {time.monotonic() - started:.0f} s", flush=True)


def java():
    home = os.environ.get("JAVA_HOME")
    found = shutil.which(str(Path(home) / "bin" / "java") if home else "java")
    return found is not None and subprocess.run([found, "-version"], capture_output=True).returncode == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=Path)
    parser.add_argument("--cli", type=Path)
    parser.add_argument("--compile-in", type=Path)
    parser.add_argument("--setting", action="append", default=[])
    parser.add_argument("what", choices=["package", "examples", "spark"])
    given = parser.parse_args()
    build = given.build.resolve()
    build.mkdir(parents=True, exist_ok=True)
    spark = given.what == "spark"
    if spark and not java():
        print("skipped: Spark needs Java 17 or later (openjdk-17-jre-headless), and there is no java here")
        return SKIPPED
    environment = Environment(build / ("spark" if spark else "venv"),
                              HERE / ("requirements-spark.txt" if spark else "requirements.txt"))
    # ctest runs tests side by side; one of them prepares, the others wait.
    with open(build / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # In one directory for all environments, and kept, so that a change compiles what it touches.
        environment.prepare([f"build-dir={(given.compile_in or build / 'package').resolve()}", *given.setting])
    variables = dict(os.environ, PRICEPOINT_SOURCE_DIR=str(ROOT), PYTHONDONTWRITEBYTECODE="1")
    if given.cli:
        variables["PRICEPOINT_CLI"] = str(given.cli.resolve())
    # Where the sources of the package lie, import would find them in the place of what is installed.
    chosen = {"package": ["--ignore=test_examples.py", "--ignore=test_spark.py"], "examples": ["test_examples.py"],
              "spark": ["test_spark.py"]}[given.what]
    if spark:
        variables["PYSPARK_PYTHON"] = variables["PYSPARK_DRIVER_PYTHON"] = str(environment.python)
    command = [environment.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", HERE, *chosen]
    return subprocess.run(command, cwd=HERE, env=variables).returncode


if __name__ == "__main__":
    sys.exit(main())
