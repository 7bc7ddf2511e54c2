# SPDX-License-Identifier: Apache-2.0
#
# A Debian that compiles for arm64: g++-aarch64-linux-gnu, libraries of that architecture next to its own, qemu to run.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64)
