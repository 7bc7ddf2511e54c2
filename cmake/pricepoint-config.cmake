# SPDX-License-Identifier: Apache-2.0
#
#   find_package(pricepoint 0.1 REQUIRED COMPONENTS headers)   # pricepoint::headers; needs Boost's headers
#   find_package(pricepoint 0.1 REQUIRED COMPONENTS cpp)       # also pricepoint::pricepoint; Boost.JSON and Abseil too
#   find_package(pricepoint 0.1 REQUIRED COMPONENTS c)         # pricepoint::c; needs nothing
#
# Without COMPONENTS it is all three.

include(CMakeFindDependencyMacro)

set(_pricepoint_parts ${pricepoint_FIND_COMPONENTS})
if(NOT _pricepoint_parts)
  set(_pricepoint_parts headers cpp c)
endif()
foreach(_pricepoint_part IN LISTS _pricepoint_parts)
  if(NOT _pricepoint_part MATCHES "^(headers|cpp|c)$")
    set(pricepoint_FOUND FALSE)
    set(pricepoint_NOT_FOUND_MESSAGE "pricepoint has the components headers, cpp and c, and no ${_pricepoint_part}")
    return()
  endif()
endforeach()

# CONFIG: CMake's own FindBoost would take whichever Boost stands first on the path.
if("headers" IN_LIST _pricepoint_parts OR "cpp" IN_LIST _pricepoint_parts)
  find_dependency(Boost 1.81 CONFIG COMPONENTS headers)
  include("${CMAKE_CURRENT_LIST_DIR}/pricepoint-headers-targets.cmake")
  set(pricepoint_headers_FOUND TRUE)
endif()
if("cpp" IN_LIST _pricepoint_parts)
  find_dependency(Boost 1.81 CONFIG COMPONENTS json)
  find_dependency(absl CONFIG)
  find_dependency(Threads)
  include("${CMAKE_CURRENT_LIST_DIR}/pricepoint-cpp-targets.cmake")
  set(pricepoint_cpp_FOUND TRUE)
endif()
if("c" IN_LIST _pricepoint_parts)
  include("${CMAKE_CURRENT_LIST_DIR}/pricepoint-c-targets.cmake")
  set(pricepoint_c_FOUND TRUE)
endif()
