# SPDX-License-Identifier: Apache-2.0
#
# What `cmake --install` puts where. Two components: `runtime` is the program and libpricepoint.so.N; `development` is
# the headers, the archive of C++, the CMake package and the files of pkg-config. Nothing that is installed names the
# prefix, so that the tree may be moved.
#
# The package's own components, of which a consumer names those that it wants, so that it needs only what they need:
#   headers  pricepoint::headers     money and shapes; Boost's headers
#   cpp      pricepoint::pricepoint  the library of C++; also Boost.JSON, Abseil and threads
#   c        pricepoint::c           the library of C; nothing

include(CMakePackageConfigHelpers)

set(package_directory "${CMAKE_INSTALL_LIBDIR}/cmake/pricepoint")

# An export set for each component, since a target that is not asked for must not ask for its dependencies.
install(TARGETS pricepoint_headers EXPORT pricepoint-headers
  FILE_SET HEADERS COMPONENT development)
install(TARGETS pricepoint EXPORT pricepoint-cpp
  ARCHIVE COMPONENT development)
install(TARGETS pricepoint_c EXPORT pricepoint-c
  RUNTIME COMPONENT runtime
  LIBRARY COMPONENT runtime NAMELINK_COMPONENT development
  ARCHIVE COMPONENT development)
if(TARGET pricepoint_cli)
  install(TARGETS pricepoint_cli RUNTIME COMPONENT runtime)
endif()
foreach(part headers cpp c)
  install(EXPORT pricepoint-${part} NAMESPACE pricepoint:: FILE pricepoint-${part}-targets.cmake
    DESTINATION "${package_directory}" COMPONENT development)
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
foreach(name pricepoint pricepoint-cpp)
  configure_file("${CMAKE_CURRENT_LIST_DIR}/${name}.pc.in" "${PROJECT_BINARY_DIR}/package/${name}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/package/${name}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT development)
endforeach()
