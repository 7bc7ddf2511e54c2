# SPDX-License-Identifier: Apache-2.0
#
# What makes a mistake in memory harder to use. tests/install/check.py reads it back from what was built.

include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)

# pricepoint_harden(TARGET): does nothing under sanitizers, which have their own idea of memory.
function(pricepoint_harden target)
  if(NOT PRICEPOINT_HARDEN OR PRICEPOINT_SANITIZE OR NOT CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    return()
  endif()
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_compile_options(${target} PRIVATE -fstack-protector-strong)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" OR CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    target_compile_options(${target} PRIVATE -fstack-clash-protection)  # clang on arm64 learnt it late
  endif()
  # It checks nothing without optimisation, and glibc warns.
  target_compile_options(${target} PRIVATE
    "$<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    target_compile_options(${target} PRIVATE -fcf-protection=full)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
    target_compile_options(${target} PRIVATE -mbranch-protection=standard)
  endif()
  if(UNIX AND NOT APPLE)
    target_link_options(${target} PRIVATE "LINKER:-z,relro,-z,now,-z,noexecstack")
  endif()
endfunction()
