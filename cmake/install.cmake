# SPDX-License-Identifier: Apache-2.0
#
# What `cmake --install` puts where. Two components: `runtime` is the program, libpricepoint.so.N and the licence;
# `development` is the headers, the archives, the CMake package and the files of pkg-config. Nothing that is installed names
# the prefix, so that the tree may be moved.
#
# The package's own components, of which a consumer names those that it wants, so that it needs only what they need:
#   headers   pricepoint::headers     money and shapes; Boost's headers
#   cpp       pricepoint::pricepoint  the library of C++; also threads
#   c         pricepoint::c           the library of C; nothing
#   c_static  pricepoint::c_static    the same as an archive; threads and the runtime of C++

include(CMakePackageConfigHelpers)

set(package_directory "${CMAKE_INSTALL_LIBDIR}/cmake/pricepoint")

# An export set for each component, since a target that is not asked for must not ask for its dependencies.
install(TARGETS pricepoint_headers EXPORT pricepoint-headers
  FILE_SET HEADERS COMPONENT development)
install(TARGETS pricepoint EXPORT pricepoint-cpp
  ARCHIVE COMPONENT development)
get_target_property(static_is_left_out pricepoint_c_static EXCLUDE_FROM_ALL)
if(NOT static_is_left_out)
  install(TARGETS pricepoint_c_static EXPORT pricepoint-c_static ARCHIVE COMPONENT development)
  list(APPEND parts c_static)
endif()
get_target_property(c_type pricepoint_c TYPE)
if(c_type STREQUAL "SHARED_LIBRARY")
  install(TARGETS pricepoint_c EXPORT pricepoint-c
    RUNTIME COMPONENT runtime
    LIBRARY COMPONENT runtime NAMELINK_COMPONENT development
    ARCHIVE COMPONENT development)
  list(APPEND parts c)
endif()
if(TARGET pricepoint_cli)
  install(TARGETS pricepoint_cli RUNTIME COMPONENT runtime)
endif()
foreach(part headers cpp ${parts})
  install(EXPORT pricepoint-${part} NAMESPACE pricepoint:: FILE pricepoint-${part}-targets.cmake
    DESTINATION "${package_directory}" COMPONENT development)
endforeach()
# With each component, as each may be handed on alone.
foreach(component runtime development)
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/NOTICE"
    DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT ${component})
endforeach()

# While the first number is 0, a new second number may break sources (docs/versions.md).
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/pricepoint-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${CMAKE_CURRENT_LIST_DIR}/pricepoint-config.cmake"
  "${PROJECT_BINARY_DIR}/package/pricepoint-config-version.cmake"
  DESTINATION "${package_directory}" COMPONENT development)

# pkg-config knows where its file lies; from there the prefix is as many steps up as the directory is deep.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  set(pc_prefix "${CMAKE_INSTALL_PREFIX}")
else()
  string(REGEX REPLACE "[^/]+" ".." pc_steps "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
  set(pc_prefix "\${pcfiledir}/${pc_steps}")
endif()
cmake_path(APPEND pc_libdir "\${prefix}" "${CMAKE_INSTALL_LIBDIR}")
cmake_path(APPEND pc_includedir "\${prefix}" "${CMAKE_INSTALL_INCLUDEDIR}")
set(pc_private "")
if(NOT c_type STREQUAL "SHARED_LIBRARY")
  set(pc_private " -lstdc++ -lm -pthread")  # without a shared library they are always needed
endif()
foreach(name pricepoint pricepoint-cpp)
  configure_file("${CMAKE_CURRENT_LIST_DIR}/${name}.pc.in" "${PROJECT_BINARY_DIR}/package/${name}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/package/${name}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT development)
endforeach()
