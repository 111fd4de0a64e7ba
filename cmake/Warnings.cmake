# Target h5pave_warnings: the warning, sanitizer and coverage flags of all our code.
add_library(h5pave_warnings INTERFACE)
target_compile_options(h5pave_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wconversion -Wsign-conversion -Wshadow>)
# GCC 12 finds overlaps in std::string's code (GCC bug 105651) and reads past the end in Boost's small_vector
# where there are none.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(h5pave_warnings INTERFACE
    "$<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict;-Wno-stringop-overread>")
endif()
if(H5PAVE_SANITIZE)
  target_compile_options(h5pave_warnings INTERFACE -fsanitize=${H5PAVE_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(h5pave_warnings INTERFACE -fsanitize=${H5PAVE_SANITIZE})
endif()
if(H5PAVE_COVERAGE)
  target_compile_options(h5pave_warnings INTERFACE --coverage -O0)
  target_link_options(h5pave_warnings INTERFACE --coverage)
endif()

# find_package with the Debian package in the error.
macro(h5pave_require_package name debian_package)
  find_package(${name} QUIET ${ARGN})
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR "h5pave needs ${name}. Fix: apt-get install ${debian_package}")
  endif()
endmacro()
