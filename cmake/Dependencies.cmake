# SPDX-License-Identifier: Apache-2.0
# Every third-party library the project links, found in Debian's packages (scripts/apt-packages.txt) or in the cache
# that scripts/setup fills (the WASM engine).
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark QUIET)

# fmt: Debian ships only the shared library, and the binary's list of shared libraries is pinned by a test, so its one
# source file is instantiated here from the installed headers.
add_library(lightcone_fmt STATIC ${CMAKE_SOURCE_DIR}/third_party/fmt/format.cc)
set_target_properties(lightcone_fmt PROPERTIES CXX_STANDARD 23)
target_compile_options(lightcone_fmt PRIVATE -O2)

# RapidJSON: headers only, and its SAX reader hands out numbers as text, so that 256-bit integers survive.
find_path(RAPIDJSON_INCLUDE rapidjson/reader.h REQUIRED)
add_library(lightcone_rapidjson INTERFACE)
target_include_directories(lightcone_rapidjson SYSTEM INTERFACE ${RAPIDJSON_INCLUDE})

# Boost 1.81 headers (unordered, Beast's HTTP parser).
find_path(BOOST_INCLUDE boost/unordered/unordered_flat_map.hpp REQUIRED)
add_library(lightcone_boost INTERFACE)
target_include_directories(lightcone_boost SYSTEM INTERFACE ${BOOST_INCLUDE})

# BLAKE3: the official C sources as Debian ships them inside the crate's folder.
file(GLOB BLAKE3_HEADERS /usr/share/cargo/registry/blake3-*/c/blake3.h)
list(GET BLAKE3_HEADERS 0 BLAKE3_HEADER)
get_filename_component(BLAKE3_DIR ${BLAKE3_HEADER} DIRECTORY)
add_library(lightcone_blake3 STATIC
  ${BLAKE3_DIR}/blake3.c ${BLAKE3_DIR}/blake3_dispatch.c ${BLAKE3_DIR}/blake3_portable.c
  ${BLAKE3_DIR}/blake3_sse2_x86-64_unix.S ${BLAKE3_DIR}/blake3_sse41_x86-64_unix.S
  ${BLAKE3_DIR}/blake3_avx2_x86-64_unix.S ${BLAKE3_DIR}/blake3_avx512_x86-64_unix.S)
target_include_directories(lightcone_blake3 SYSTEM PUBLIC ${BLAKE3_DIR})
target_compile_options(lightcone_blake3 PRIVATE -O2)

# The WASM engine: static library and headers in a cache folder named by the hash of its lock file and compiler.
execute_process(COMMAND ${CMAKE_SOURCE_DIR}/scripts/wasmtime-path OUTPUT_VARIABLE WASMTIME_DIR
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
if(NOT EXISTS ${WASMTIME_DIR}/lib/liblightcone_wasmtime.a)
  message(FATAL_ERROR "the WASM engine is not built (${WASMTIME_DIR}); run scripts/setup")
endif()
add_library(lightcone_wasmtime INTERFACE)
target_include_directories(lightcone_wasmtime SYSTEM INTERFACE ${WASMTIME_DIR}/include)
target_link_libraries(lightcone_wasmtime INTERFACE ${WASMTIME_DIR}/lib/liblightcone_wasmtime.a Threads::Threads dl m)
