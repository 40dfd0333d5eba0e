# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where, for find_package(spanreel-sdk) and for pkg-config; CPack makes a .deb of it.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS spanreel_sdk spanreel_orq spanreel_livepeer EXPORT spanreel-sdk-targets COMPONENT sdk)
install(DIRECTORY include/spanreel DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk)
install(TARGETS spanreel_asio EXPORT spanreel-sdk-asio-targets COMPONENT sdk)
foreach(targets spanreel-sdk-targets spanreel-sdk-asio-targets)
  install(EXPORT ${targets} NAMESPACE spanreel:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/spanreel-sdk COMPONENT sdk)
endforeach()
configure_package_config_file(cmake/spanreel-sdk-config.cmake.in spanreel-sdk-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/spanreel-sdk)
write_basic_package_version_file(spanreel-sdk-config-version.cmake VERSION ${sdk_version}
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/spanreel-sdk-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/spanreel-sdk-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/spanreel-sdk COMPONENT sdk)

# A shared library brings its own along; a static one needs them named.
if(BUILD_SHARED_LIBS)
  set(sdk_libraries "Libs: -L\${libdir} -lspanreel_@name@\nRequires.private: libcurl\nLibs.private: -lboost_json")
else()
  set(sdk_libraries "Requires.private: libcurl\nLibs: -L\${libdir} -lspanreel_@name@ -lcurl -lboost_json -pthread")
endif()
file(RELATIVE_PATH to_prefix /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p)
function(sdk_pkg_config name description requires)
  string(CONFIGURE "${sdk_libraries}" private @ONLY)
  configure_file(cmake/library.pc.in spanreel-${name}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/spanreel-${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
    COMPONENT sdk)
endfunction()
sdk_pkg_config(sdk "What Spanreel's client libraries stand on" "")
sdk_pkg_config(orq "Client of Orq's sessions API" spanreel-sdk)
sdk_pkg_config(livepeer "Client of Livepeer's session API" spanreel-sdk)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME libspanreel-sdk-dev)
set(CPACK_PACKAGE_VERSION ${sdk_version})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "C++ clients of Orq's and Livepeer's session APIs")
set(CPACK_PACKAGE_CONTACT "Spanreel <sdk@spanreel.invalid>")
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libcurl4-openssl-dev, libboost-json1.81-dev")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL sdk)
include(CPack)
