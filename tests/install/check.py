#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is installed, and programs of others that use it.

usage: check.py SETTINGS.json CASE     (the cases are the functions case_NAME)
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PREFIX = "/first/prefix"  # where the tree says that it is installed; it is then moved
# Of a program of C: nothing of C++ beside the runtime, and what the library has inside, as the distribution has it.
NEEDED = re.compile(r"lib(stdc\+\+|m|gcc_s|c)\.so\.\d+|ld-linux.*|lib(boost_json|absl_\w+)\.so\..*")
POLICY = "examples/policies/worked-example.json"


class Failure(Exception):
    pass


def expect(condition, message):
    if not condition:
        raise Failure(message)


def same(found, wanted, what):
    found, wanted = set(found), set(wanted)
    expect(found == wanted, f"{what}: too much: {sorted(found - wanted)}; missing: {sorted(wanted - found)}")


class Settings:
    def __init__(self, path):
        vars(self).update(json.loads(pathlib.Path(path).read_text("utf-8")))
        self.source, self.build, self.work = map(pathlib.Path, (self.source, self.build, self.work))
        self.tree = self.work / "moved"
        self.lib = self.tree / self.libdir


def run(*command, env=None, cwd=None, fails=False):
    """What the command prints. It must succeed, or, with `fails`, must not."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, env={**os.environ, **(env or {})},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    expect((done.returncode != 0) == fails,
           f"{shlex.join(map(str, command))}: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


def files_below(directory):
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_symlink() or path.is_file()}


def fresh(directory):
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory


def project(settings, name, *sources, build=None, options=()):
    """Copies a project with its sources, configures and builds it; the directory that it is built in."""
    copy = fresh(settings.work / name)
    for source in (f"{name}/CMakeLists.txt", *sources):
        shutil.copy(HERE / source, copy)
    build = fresh(copy / "build") if build is None else build
    run(settings.cmake, "-S", copy, "-B", build, "-G", settings.generator,
        f"-DCMAKE_C_COMPILER={settings.cc}", f"-DCMAKE_CXX_COMPILER={settings.cxx}",
        f"-DCMAKE_C_COMPILER_LAUNCHER={settings.launcher}", f"-DCMAKE_CXX_COMPILER_LAUNCHER={settings.launcher}",
        f"-DCMAKE_PREFIX_PATH={settings.tree}", "-DCMAKE_EXE_LINKER_FLAGS=-Wl,--strip-debug",
        "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", *options)
    run(settings.cmake, "--build", build, "--parallel", "2")
    return build


def prices(settings, program, wanted, env=None):
    out = run(program, settings.source / POLICY, env=env)
    expect(re.fullmatch(wanted, out), f"{program} prints {out!r}, not {wanted!r}")


C_PRICE = r"2980 fen, policy pp1-[0-9a-f]{32}\n"
CPP_PRICE = r"29\.80 CNY\n"


def case_tree(settings):
    """Both components with DESTDIR, file by file; then the tree is moved to where the other cases use it."""
    fresh(settings.work)
    parts = {}
    for component in ("runtime", "development"):
        stage = settings.work / component
        run(settings.cmake, "--install", settings.build, "--component", component, "--prefix", PREFIX, "--strip",
            env={"DESTDIR": str(stage)})
        same((path.name for path in stage.iterdir()), [PREFIX.split("/")[1]], f"{component} outside of the prefix")
        parts[component] = stage / PREFIX.lstrip("/")
    lib, cmake = settings.libdir, f"{settings.libdir}/cmake/pricepoint"
    same(files_below(parts["runtime"]),
         ["bin/pricepoint", f"{lib}/libpricepoint.so.{settings.abi}", f"{lib}/libpricepoint.so.{settings.version}"],
         "runtime")
    targets = [name for name in files_below(parts["development"]) if re.search(r"-targets(-\w+)?\.cmake$", name)]
    for part in ("headers", "cpp", "c"):
        expect(f"{cmake}/pricepoint-{part}-targets.cmake" in targets, f"no targets of {part}")
    headers = {f"include/{name}" for name in files_below(settings.source / "include")}
    same(files_below(parts["development"]) - set(targets),
         headers | {f"{lib}/libpricepoint.a", f"{lib}/libpricepoint.so", f"{lib}/pkgconfig/pricepoint.pc",
                    f"{lib}/pkgconfig/pricepoint-cpp.pc", f"{cmake}/pricepoint-config.cmake",
                    f"{cmake}/pricepoint-config-version.cmake"},
         "development")

    shutil.copytree(parts["development"], settings.tree, symlinks=True, copy_function=os.rename)
    shutil.copytree(parts["runtime"], settings.tree, symlinks=True, copy_function=os.rename, dirs_exist_ok=True)
    for component in parts:
        shutil.rmtree(settings.work / component)
    for name in files_below(settings.tree):
        if name.endswith((".cmake", ".pc", ".h", ".hpp")):
            text = (settings.tree / name).read_text("utf-8")
            for place in (PREFIX, str(settings.source), str(settings.build)):
                expect(place not in text, f"{name} names {place}")
    said = run(settings.tree / "bin/pricepoint", "--version")
    expect(settings.version in said, f"pricepoint --version: {said!r}")


def case_exports(settings):
    """The shared library exports what bindings/c/symbols.txt lists and needs what it may need."""
    library = settings.lib / f"libpricepoint.so.{settings.version}"
    symbols = (settings.source / "bindings/c/symbols.txt").read_text("utf-8").split("\n")
    wanted = [line for line in symbols if line and not line.startswith("#")]
    if not list((settings.source / "src/arrow").glob("*.cpp")):
        wanted = [name for name in wanted if not re.match(r"pricepoint_(batch|audit)_", name)]
    node = f"PRICEPOINT_{settings.abi}"
    exported = [line.split() for line in run("nm", "-D", "--defined-only", library).splitlines()]
    same((fields[-1] for fields in exported if fields[-1] != node),
         (f"{name}@@{node}" for name in wanted), "exported symbols")
    expect(all(fields[-2] == "T" for fields in exported if fields[-1] != node), "a symbol that is no function")
    dynamic = run("readelf", "-d", "-W", library, env={"LC_ALL": "C"})
    for name in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic):
        expect(NEEDED.fullmatch(name), f"libpricepoint.so needs {name}")
    expect(f"[libpricepoint.so.{settings.abi}]" in dynamic, "the soname is another one")
    expect("RUNPATH" not in dynamic and "RPATH" not in dynamic, "libpricepoint.so has a search path")


def case_package(settings):
    """What find_package takes and refuses."""
    asked = fresh(settings.work / "package")
    lines = ["cmake_minimum_required(VERSION 3.25)", "project(package LANGUAGES CXX)"]

    def ask(arguments, found):
        lines.append(f"find_package(pricepoint {arguments} QUIET)")
        lines.append(f'if({"NOT " if found else ""}pricepoint_FOUND)\n  message(SEND_ERROR "{arguments}")\nendif()')

    major, minor, patch = map(int, settings.version.split("."))
    ask(f"{major}.{minor + 1}", False)
    ask(f"{major + 1}", False)
    ask(f"{major}.{minor}.{patch + 1}", False)
    ask("COMPONENTS nonsense", False)
    lines.append("set(CMAKE_DISABLE_FIND_PACKAGE_absl ON)")
    ask("COMPONENTS cpp", False)
    ask("COMPONENTS headers", True)
    lines.append("set(CMAKE_DISABLE_FIND_PACKAGE_absl OFF)")
    ask(f"{settings.version} EXACT", True)
    for name in ("headers", "pricepoint", "c"):
        lines.append(f'if(NOT TARGET pricepoint::{name})\n  message(SEND_ERROR "no pricepoint::{name}")\nendif()')
    (asked / "CMakeLists.txt").write_text("\n".join(lines) + "\n", "utf-8")
    run(settings.cmake, "-S", asked, "-B", asked / "build", "-G", settings.generator,
        f"-DCMAKE_CXX_COMPILER={settings.cxx}", f"-DCMAKE_PREFIX_PATH={settings.tree}")


def case_shapes(settings):
    """Money and shapes alone: no Abseil, and no library of ours."""
    build = project(settings, "shapes", "shapes/shapes.cpp", options=["-DCMAKE_DISABLE_FIND_PACKAGE_absl=ON"])
    wanted = (HERE / "shapes/shapes.out").read_text("utf-8")
    out = run(build / "shapes")
    expect(out == wanted, f"shapes prints {out!r}, not {wanted!r}")


def case_cpp(settings):
    """A policy from C++, with CMake and with pkg-config."""
    build = project(settings, "cpp", "cpp/price.cpp")
    prices(settings, build / "price", CPP_PRICE)
    flags = run(settings.pkg_config, "--cflags", "--libs", "pricepoint-cpp",
                env={"PKG_CONFIG_PATH": str(settings.lib / "pkgconfig")})
    # Compiled and linked apart, as ccache wants it.
    program, unit = build / "price_pkg_config", build / "price_pkg_config.o"
    compiler = [*filter(None, [settings.launcher]), settings.cxx]
    run(*compiler, "-std=c++20", "-c", build.parent / "price.cpp", "-o", unit,
        *(flag for flag in shlex.split(flags) if flag.startswith(("-I", "-D", "-pthread"))), cwd=build)
    run(settings.cxx, "-Wl,--strip-debug", unit, "-o", program, *shlex.split(flags))
    prices(settings, program, CPP_PRICE)


def case_c(settings):
    """C needs nothing but the library: neither Boost nor Abseil can be found here, and no compiler of C++."""
    build = project(settings, "c", "c/price.c", options=[
        "-DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_absl=ON",
        "-DCMAKE_DISABLE_FIND_PACKAGE_Threads=ON"])
    prices(settings, build / "price", C_PRICE)
    flags = run(settings.pkg_config, "--cflags", "--libs", "pricepoint",
                env={"PKG_CONFIG_LIBDIR": str(settings.lib / "pkgconfig")})
    program = build / "price_pkg_config"
    run(settings.cc, "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", build.parent / "price.c", "-o", program,
        *shlex.split(flags))
    prices(settings, program, C_PRICE, env={"LD_LIBRARY_PATH": str(settings.lib)})


def case_subdirectory(settings):
    """Our sources in another project: its targets are ours, and nothing else of it changes."""
    build = pathlib.Path(settings.subdirectory_build)
    build = project(settings, "subdirectory", "cpp/price.cpp", "c/price.c", build=build, options=[
        f"-DPRICEPOINT={settings.source}", f"-DCMAKE_BUILD_TYPE={settings.build_type}",
        f"-DPRICEPOINT_WERROR={settings.werror}"])
    prices(settings, build / "shop", CPP_PRICE)
    prices(settings, build / "till", C_PRICE)
    # A project that has found Boost before, and sees its targets in one directory alone.
    before = settings.work / "found_before.cmake"
    before.write_text("find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS headers)\n", "utf-8")
    run(settings.cmake, "-S", settings.work / "subdirectory", "-B", settings.work / "found_before", "-G",
        settings.generator, f"-DCMAKE_C_COMPILER={settings.cc}", f"-DCMAKE_CXX_COMPILER={settings.cxx}",
        f"-DPRICEPOINT={settings.source}", f"-DCMAKE_PROJECT_shop_INCLUDE={before}")
    commands = json.loads((build / "compile_commands.json").read_text("utf-8"))
    theirs = [one["command"] for one in commands if one["file"].endswith(("/price.cpp", "/price.c"))]
    expect(len(theirs) == 2, f"{len(theirs)} files of theirs are compiled")
    for command in theirs:
        for flag in shlex.split(command):
            expect(not flag.startswith(("-W", "-fvisibility", "-fsanitize", "-DPRICEPOINT")), f"{flag} leaks: {command}")
    expect(not (build / "bin").exists() and not (build / "pricepoint/bin").exists(), "the program is built")
    expect("Total Tests: 0" in run("ctest", "-N", cwd=build), "our tests are theirs")
    stage = fresh(settings.work / "subdirectory_stage")
    run(settings.cmake, "--install", build, "--prefix", stage)
    same(files_below(stage), [], "installed with another project")


def main(settings, name):
    try:
        globals()[f"case_{name}"](Settings(settings))
    except Failure as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
