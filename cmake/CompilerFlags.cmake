# SPDX-License-Identifier: Apache-2.0
# Flags go to targets only through these interface targets.
add_library(lightcone_flags INTERFACE)
target_compile_options(lightcone_flags INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wunused -Wno-missing-field-initializers -Werror
  -fno-omit-frame-pointer $<$<CONFIG:Release>:-O2> $<$<CONFIG:Debug>:-O0>)
target_include_directories(lightcone_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)

# One baseline for every x86-64 machine of the last decade: CRC-32C and POPCNT instructions.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  target_compile_options(lightcone_flags INTERFACE -march=x86-64-v2)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(lightcone_flags INTERFACE -Wthread-safety -Wno-c99-designator
    -Wno-missing-designated-field-initializers)
else()
  # g++ 12 reports false positives of these two inside the standard library at -O2.
  target_compile_options(lightcone_flags INTERFACE -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds
    -Wno-restrict -Wno-free-nonheap-object -Wno-dangling-reference -Wno-missing-field-initializers -Wno-stringop-overread)
endif()
if(LIGHTCONE_SANITIZE)
  target_compile_options(lightcone_flags INTERFACE -fsanitize=${LIGHTCONE_SANITIZE} -fno-sanitize-recover=all -g1 -O1)
  target_link_options(lightcone_flags INTERFACE -fsanitize=${LIGHTCONE_SANITIZE})
  target_compile_definitions(lightcone_flags INTERFACE LIGHTCONE_SANITIZED=1)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(LLD NAMES ld.lld-19)
find_program(MOLD mold)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND LLD)
  target_link_options(lightcone_flags INTERFACE --ld-path=${LLD})
elseif(MOLD)
  target_link_options(lightcone_flags INTERFACE -fuse-ld=mold)
endif()
