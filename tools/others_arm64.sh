#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Run by tools/others.sh inside its Debian 13: the program and the unit tests of money, shapes and deciding for arm64, under
# qemu; the conformance cases and all digests, which are the same on every processor.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=build/arm64
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

cmake -S . -B "$build" -G Ninja --toolchain "$PWD/cmake/arm64.cmake" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DPRICEPOINT_BUILD_TESTS=ON \
    -DPRICEPOINT_WERROR=ON -DPRICEPOINT_COMMA_LOCALE= "-DPRICEPOINT_UNIT_FOLDERS=money;shape;decide"
ninja -C "$build" pricepoint_cli pricepoint_c unit_tests

# The scripts call the program by one path.
program=$PWD/$build/pricepoint_under_qemu
printf '#!/bin/sh\nexec qemu-aarch64 %s "$@"\n' "$PWD/$build/bin/pricepoint" >"$program"
chmod +x "$program"
export PRICEPOINT_CLI=$program PRICEPOINT_SOURCE_DIR=$PWD PYTHONDONTWRITEBYTECODE=1

printf '\n== unit tests of money, shapes and deciding\n'
qemu-aarch64 "$build/tests/unit_tests" --gtest_brief=1
for script in tests/golden/conformance.py tests/faults/determinism.py; do
    printf '\n== %s\n' "$script"
    python3 "$script"
done
