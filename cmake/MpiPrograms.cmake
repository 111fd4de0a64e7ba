# C programs over one parallel HDF5 build. MPI is ABI-bound, so each is made by the compiler wrapper of
# that build's own MPI.

set(H5PAVE_MPIEXEC_FLAGS_openmpi --oversubscribe --allow-run-as-root)
set(H5PAVE_MPIEXEC_FLAGS_mpich "")

# h5pave_add_mpi_program(<source> <name> <build> <flavour> OUT): target mpi_program_<name> and path of a
# program; OUT is empty where the flavour has no compiler wrapper.
function(h5pave_add_mpi_program source name build flavour out)
  find_program(H5PAVE_MPICC_${flavour} NAMES mpicc.${flavour})
  if(NOT H5PAVE_MPICC_${flavour})
    set(${out} "" PARENT_SCOPE)
    return()
  endif()
  set(program "${CMAKE_CURRENT_BINARY_DIR}/${name}")
  get_filename_component(folder "${H5PAVE_HDF5_${build}_LIBRARY}" DIRECTORY)
  set(sanitize "")
  if(H5PAVE_SANITIZE)
    set(sanitize -fsanitize=${H5PAVE_SANITIZE} -g)
  endif()
  add_custom_command(OUTPUT "${program}"
    COMMAND "${H5PAVE_MPICC_${flavour}}" -std=c11 -O1 -Wall -Wextra -Werror ${sanitize}
            -isystem "${H5PAVE_HDF5_${build}_INCLUDE}"
            "${source}" "${H5PAVE_HDF5_${build}_LIBRARY}" "-Wl,-rpath,${folder}" -lm -o "${program}"
    DEPENDS "${source}"
    VERBATIM)
  add_custom_target(mpi_program_${name} ALL DEPENDS "${program}")
  add_dependencies(mpi_program_${name} h5pave_plugin)
  set(${out} "${program}" PARENT_SCOPE)
endfunction()
