# What `cmake --install` puts where. The plugin folder holds the plugin alone: HDF5 opens every file
# in it.
include(CMakePackageConfigHelpers)

install(TARGETS h5pave_plugin LIBRARY DESTINATION lib/h5pave/plugin)
install(DIRECTORY include/h5pave DESTINATION include FILES_MATCHING PATTERN "*.h")
install(FILES LICENSE docs/third-party-licenses.txt README.md CHANGELOG.md docs/advisor.md docs/format.md
        DESTINATION share/doc/h5pave)
install(DIRECTORY docs/examples DESTINATION share/doc/h5pave)

configure_file(cmake/h5pave-config.cmake.in "${H5PAVE_GENERATED}/h5pave-config.cmake" @ONLY)
write_basic_package_version_file("${H5PAVE_GENERATED}/h5pave-config-version.cmake"
                                 COMPATIBILITY SameMajorVersion)
install(FILES "${H5PAVE_GENERATED}/h5pave-config.cmake"
              "${H5PAVE_GENERATED}/h5pave-config-version.cmake"
        DESTINATION lib/cmake/h5pave)
configure_file(cmake/h5pave.pc.in "${H5PAVE_GENERATED}/h5pave.pc" @ONLY)
install(FILES "${H5PAVE_GENERATED}/h5pave.pc" DESTINATION lib/pkgconfig)
