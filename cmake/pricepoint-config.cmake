# SPDX-License-Identifier: Apache-2.0
#
#   find_package(pricepoint 0.1 REQUIRED COMPONENTS headers)    # pricepoint::headers; needs Boost's headers
#   find_package(pricepoint 0.1 REQUIRED COMPONENTS cpp)        # also pricepoint::pricepoint; threads too
#   find_package(pricepoint 0.1 REQUIRED COMPONENTS c)          # pricepoint::c; needs nothing
#   find_package(pricepoint 0.1 REQUIRED COMPONENTS c_static)   # pricepoint::c_static; threads
#
# Without COMPONENTS it is all that was installed. Where no shared library was, pricepoint::c is the archive.

include(CMakeFindDependencyMacro)

set(_pricepoint_parts ${pricepoint_FIND_COMPONENTS})
if(NOT _pricepoint_parts)
  set(_pricepoint_parts headers cpp c)
  if(EXISTS "${CMAKE_CURRENT_LIST_DIR}/pricepoint-c_static-targets.cmake")
    list(APPEND _pricepoint_parts c_static)
  endif()
endif()
foreach(_pricepoint_part IN LISTS _pricepoint_parts)
  if(NOT _pricepoint_part MATCHES "^(headers|cpp|c|c_static)$")
    set(pricepoint_FOUND FALSE)
    set(pricepoint_NOT_FOUND_MESSAGE
      "pricepoint has the components headers, cpp, c and c_static, and no ${_pricepoint_part}")
    return()
  endif()
endforeach()
if("c_static" IN_LIST _pricepoint_parts AND NOT EXISTS "${CMAKE_CURRENT_LIST_DIR}/pricepoint-c_static-targets.cmake")
  set(pricepoint_FOUND FALSE)
  set(pricepoint_NOT_FOUND_MESSAGE "this pricepoint was built with BUILD_SHARED_LIBS=ON, so it has no static C library")
  return()
endif()
set(_pricepoint_c_is_static FALSE)
if("c" IN_LIST _pricepoint_parts AND NOT EXISTS "${CMAKE_CURRENT_LIST_DIR}/pricepoint-c-targets.cmake")
  set(_pricepoint_c_is_static TRUE)
endif()

if("headers" IN_LIST _pricepoint_parts OR "cpp" IN_LIST _pricepoint_parts)
  # A project that has its own Boost as targets keeps it.
  if(NOT TARGET Boost::headers)
    # CONFIG: CMake's own FindBoost would take whichever Boost is first on the path.
    find_dependency(Boost 1.81 CONFIG COMPONENTS headers)
  endif()
  include("${CMAKE_CURRENT_LIST_DIR}/pricepoint-headers-targets.cmake")
  set(pricepoint_headers_FOUND TRUE)
endif()
if("cpp" IN_LIST _pricepoint_parts)
  set(THREADS_PREFER_PTHREAD_FLAG ON)
  find_dependency(Threads)
  include("${CMAKE_CURRENT_LIST_DIR}/pricepoint-cpp-targets.cmake")
  set(pricepoint_cpp_FOUND TRUE)
endif()
if("c_static" IN_LIST _pricepoint_parts OR _pricepoint_c_is_static)
  set(THREADS_PREFER_PTHREAD_FLAG ON)
  find_dependency(Threads)
  include("${CMAKE_CURRENT_LIST_DIR}/pricepoint-c_static-targets.cmake")
  set(pricepoint_c_static_FOUND TRUE)
endif()
if(_pricepoint_c_is_static)
  if(NOT TARGET pricepoint::c)
    add_library(pricepoint::c ALIAS pricepoint::c_static)
  endif()
  set(pricepoint_c_FOUND TRUE)
elseif("c" IN_LIST _pricepoint_parts)
  include("${CMAKE_CURRENT_LIST_DIR}/pricepoint-c-targets.cmake")
  set(pricepoint_c_FOUND TRUE)
endif()
