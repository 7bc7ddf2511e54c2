# SPDX-License-Identifier: Apache-2.0
#
# Boost's headers for all, Abseil for the program and the tests, threads. A target that the project around this one has
# made already (add_subdirectory, FetchContent) is used as it is; only what is not there is looked for.
# CONFIG asks the packages themselves: CMake's own FindBoost would take whichever Boost is first on the path, and
# Debian 12's default (1.74) may be installed next to the one we need.

# pricepoint_missing(WHAT FOUND_IN HINT): ends the configuration with what to install.
function(pricepoint_missing what packages hint)
  set(release "")
  if(EXISTS /etc/os-release)
    file(STRINGS /etc/os-release release REGEX "^VERSION_CODENAME=")
  endif()
  set(here "${packages}")
  if(release MATCHES "bookworm")
    string(REPLACE "libboost-dev" "libboost1.81-dev" here "${here}")
  endif()
  message(FATAL_ERROR "Pricepoint needs ${what}, which was not found.\n"
    "On Debian and Ubuntu: apt-get install ${here}\n"
    "Elsewhere: ${hint}")
endfunction()

if(NOT TARGET Boost::headers)
  find_package(Boost 1.81 CONFIG QUIET COMPONENTS headers)
  if(NOT TARGET Boost::headers)
    pricepoint_missing("Boost 1.81 or later, its headers alone" "libboost-dev"
      "install Boost and add its prefix to CMAKE_PREFIX_PATH, or make a target Boost::headers before adding Pricepoint.")
  endif()
endif()

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

# Whoever links the library alone needs no Abseil.
if(PRICEPOINT_BUILD_CLI OR PRICEPOINT_BUILD_TESTS OR PRICEPOINT_BUILD_FUZZERS)
  if(NOT TARGET absl::flat_hash_map)
    find_package(absl CONFIG QUIET)
    if(NOT TARGET absl::flat_hash_map)
      pricepoint_missing("Abseil for its program and its tests" "libabsl-dev"
        "install Abseil and add its prefix to CMAKE_PREFIX_PATH, or build the library alone with -DPRICEPOINT_BUILD_CLI=OFF.")
    endif()
  endif()
endif()

# The archives of imported Abseil targets and of all that these need. Nothing if one of them has no archive next to its
# shared library.
function(pricepoint_abseil_archives result)
  set(queue ${ARGN})
  set(seen "")
  set(archives "")
  while(queue)
    list(POP_FRONT queue target)
    if(target IN_LIST seen)
      continue()
    endif()
    list(APPEND seen "${target}")
    get_target_property(imported ${target} IMPORTED)
    get_target_property(type ${target} TYPE)
    if(NOT imported)
      set(${result} "" PARENT_SCOPE)
      return()
    endif()
    if(NOT type STREQUAL "INTERFACE_LIBRARY")
      get_target_property(configurations ${target} IMPORTED_CONFIGURATIONS)
      list(GET configurations 0 configuration)
      get_target_property(location ${target} IMPORTED_LOCATION_${configuration})
      string(REGEX REPLACE "\\.so[.0-9]*$" ".a" location "${location}")
      if(NOT location MATCHES "\\.a$" OR NOT EXISTS "${location}")
        set(${result} "" PARENT_SCOPE)
        return()
      endif()
      list(APPEND archives "${location}")
    endif()
    get_target_property(needed ${target} INTERFACE_LINK_LIBRARIES)
    foreach(one IN LISTS needed)
      string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" one "${one}")
      if(one MATCHES "^absl::" AND TARGET ${one})
        list(APPEND queue ${one})
      endif()
    endforeach()
  endwhile()
  set(${result} "${archives}" PARENT_SCOPE)
endfunction()

# pricepoint_link_abseil(TARGET absl::NAME...): linked in where there are archives, so that what is built runs on machines
# without Abseil. Debian has them next to its shared libraries; they serve a program, not a shared library, since they are
# not compiled to be independent of their position.
function(pricepoint_link_abseil target)
  foreach(one IN LISTS ARGN)
    # SYSTEM: our warnings are not for the sources of others.
    target_include_directories(${target} SYSTEM PRIVATE $<TARGET_PROPERTY:${one},INTERFACE_INCLUDE_DIRECTORIES>)
  endforeach()
  pricepoint_abseil_archives(archives ${ARGN})
  if(NOT archives)
    target_link_libraries(${target} PRIVATE ${ARGN})
    return()
  endif()
  foreach(one IN LISTS ARGN)
    target_compile_definitions(${target} PRIVATE $<TARGET_PROPERTY:${one},INTERFACE_COMPILE_DEFINITIONS>)
  endforeach()
  list(JOIN archives "," archives)
  target_link_libraries(${target} PRIVATE "$<LINK_GROUP:RESCAN,${archives}>" Threads::Threads)
endfunction()
