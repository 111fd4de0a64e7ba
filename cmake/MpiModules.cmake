# h5pave_add_mpi_modules(): builds src/mpi/mpi_module.c once per MPI flavour that is installed, into
# mpi/h5pave_mpi_<flavour>.so of the build folder: beside the plugin's folder, where the plugin looks.
function(h5pave_add_mpi_modules)
  set(modules "")
  set(sanitize "")
  if(H5PAVE_SANITIZE)
    set(sanitize -fsanitize=${H5PAVE_SANITIZE} -g)
  endif()
  foreach(flavour openmpi mpich)
    find_program(H5PAVE_MPICC_${flavour} NAMES mpicc.${flavour})
    if(NOT H5PAVE_MPICC_${flavour})
      continue()
    endif()
    set(module "${CMAKE_BINARY_DIR}/mpi/h5pave_mpi_${flavour}.so")
    add_custom_command(OUTPUT "${module}"
      COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_BINARY_DIR}/mpi"
      COMMAND "${H5PAVE_MPICC_${flavour}}" -std=c11 -O2 -fPIC -shared -fvisibility=hidden -Wall
              -Wextra -Wconversion -Werror ${sanitize}
              "${CMAKE_CURRENT_SOURCE_DIR}/src/mpi/mpi_module.c" -o "${module}"
      DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/mpi/mpi_module.c"
              "${CMAKE_CURRENT_SOURCE_DIR}/src/mpi/mpi_table.h"
      VERBATIM)
    list(APPEND modules "${module}")
    message(STATUS "MPI module: ${flavour}")
  endforeach()
  add_custom_target(h5pave_mpi_modules ALL DEPENDS ${modules})
  add_dependencies(h5pave_plugin h5pave_mpi_modules)
  if(modules)
    install(PROGRAMS ${modules} DESTINATION lib/h5pave/mpi)
  else()
    message(STATUS "No MPI module is built: files of MPI programs will be left to stock HDF5. "
      "Fix: apt-get install libopenmpi-dev openmpi-bin, or libmpich-dev mpich")
  endif()
endfunction()
