# h5pave_find_hdf5_builds(): lists every HDF5 >= 1.14 build on this machine.
#
# One machine often has several (serial, Open MPI, MPICH) whose headers and libraries differ, and
# find_package(HDF5) returns any one of them. Sets in the caller:
#   H5PAVE_HDF5_BUILDS             names: root, serial, openmpi, mpich, plain (first = the one used)
#   H5PAVE_HDF5_<name>_INCLUDE     folder of hdf5.h
#   H5PAVE_HDF5_<name>_LIBRARY     full path of libhdf5.so
#   H5PAVE_HDF5_<name>_VERSION     e.g. 1.14.5
#   H5PAVE_HDF5_<name>_MPI         none, openmpi, mpich or other
# HDF5_ROOT (CMake or environment variable) comes first.

# Version from H5public.h, empty when there is none.
function(h5pave_read_hdf5_version include_dir out)
  set(${out} "" PARENT_SCOPE)
  if(NOT EXISTS "${include_dir}/H5public.h")
    return()
  endif()
  file(STRINGS "${include_dir}/H5public.h" lines REGEX "#define H5_VERS_(MAJOR|MINOR|RELEASE)[ \t]+[0-9]+")
  string(REGEX MATCH "MAJOR[ \t]+([0-9]+)" _ "${lines}")
  set(major "${CMAKE_MATCH_1}")
  string(REGEX MATCH "MINOR[ \t]+([0-9]+)" _ "${lines}")
  set(minor "${CMAKE_MATCH_1}")
  string(REGEX MATCH "RELEASE[ \t]+([0-9]+)" _ "${lines}")
  set(${out} "${major}.${minor}.${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction()

# The MPI flavour that a libhdf5 was built with, from what it needs.
function(h5pave_mpi_of_library library out)
  execute_process(COMMAND ${CMAKE_OBJDUMP} -p "${library}" OUTPUT_VARIABLE text ERROR_QUIET)
  if(text MATCHES "NEEDED +libmpi\\.so")
    set(flavour openmpi)
  elseif(text MATCHES "NEEDED +libmpich")
    set(flavour mpich)
  elseif(text MATCHES "NEEDED +lib[a-z]*mpi")
    set(flavour other)
  else()
    set(flavour none)
  endif()
  set(${out} ${flavour} PARENT_SCOPE)
endfunction()

macro(h5pave_try_hdf5_build name include_dir library)
  if(EXISTS "${include_dir}/hdf5.h" AND EXISTS "${library}")
    h5pave_read_hdf5_version("${include_dir}" _version)
    if(_version VERSION_LESS 1.14.0)
      list(APPEND _rejected "${library} is HDF5 ${_version}")
    else()
      list(APPEND H5PAVE_HDF5_BUILDS ${name})
      set(H5PAVE_HDF5_${name}_INCLUDE "${include_dir}")
      set(H5PAVE_HDF5_${name}_LIBRARY "${library}")
      set(H5PAVE_HDF5_${name}_VERSION "${_version}")
      h5pave_mpi_of_library("${library}" H5PAVE_HDF5_${name}_MPI)
    endif()
  endif()
endmacro()

macro(h5pave_find_hdf5_builds)
  set(H5PAVE_HDF5_BUILDS "")
  set(_rejected "")
  # Cached, so that a later re-configuration without the environment variable finds the same build.
  set(HDF5_ROOT "$ENV{HDF5_ROOT}" CACHE PATH "Prefix of an HDF5 1.14 or later; empty: the system's")
  set(_root "${HDF5_ROOT}")
  if(_root)
    foreach(_lib lib lib64 lib/${CMAKE_LIBRARY_ARCHITECTURE})
      if(NOT "root" IN_LIST H5PAVE_HDF5_BUILDS)
        h5pave_try_hdf5_build(root "${_root}/include" "${_root}/${_lib}/libhdf5.so")
      endif()
    endforeach()
    if(NOT "root" IN_LIST H5PAVE_HDF5_BUILDS)
      message(FATAL_ERROR
        "HDF5_ROOT=${_root} does not hold HDF5 1.14 or later with headers (include/hdf5.h) and a "
        "shared library (lib/libhdf5.so). ${_rejected}\n"
        "Fix: set HDF5_ROOT to the prefix of such a build, or unset it to use the system's.")
    endif()
  endif()
  foreach(_flavour serial openmpi mpich)
    h5pave_try_hdf5_build(${_flavour} "/usr/include/hdf5/${_flavour}"
      "/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/hdf5/${_flavour}/libhdf5.so")
  endforeach()
  foreach(_prefix /usr /usr/local)
    foreach(_lib lib64 lib)
      if(NOT "plain" IN_LIST H5PAVE_HDF5_BUILDS)
        h5pave_try_hdf5_build(plain "${_prefix}/include" "${_prefix}/${_lib}/libhdf5.so")
      endif()
    endforeach()
  endforeach()
  if(NOT H5PAVE_HDF5_BUILDS)
    message(FATAL_ERROR
      "h5pave needs HDF5 1.14 or later (headers and shared library); none was found in HDF5_ROOT, "
      "/usr/include/hdf5/{serial,openmpi,mpich}, /usr or /usr/local. ${_rejected}\n"
      "Fix: install it (Debian 13: apt-get install libhdf5-dev), or pass -DHDF5_ROOT=PREFIX, or run "
      "scripts/demo.sh, which builds one into a cache folder.")
  endif()
  foreach(_name IN LISTS H5PAVE_HDF5_BUILDS)
    message(STATUS "HDF5 ${H5PAVE_HDF5_${_name}_VERSION} (${_name}, MPI: ${H5PAVE_HDF5_${_name}_MPI}): "
      "${H5PAVE_HDF5_${_name}_LIBRARY}")
  endforeach()
endmacro()
