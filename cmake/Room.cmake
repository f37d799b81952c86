# SPDX-License-Identifier: Apache-2.0
# lightcone_room(NAME room SOURCES ... [DEPS ...] [TESTS ...] [TEST_DEPS ...] [FUZZERS ...] [BENCHES ...])
#
# Declares the static library lightcone::<room> and, beside it:
#   TESTS    x_test.cc files, linked into one GoogleTest program <room>_test, run by CTest
#   FUZZERS  x_fuzz.cc files, one libFuzzer program each (only with LIGHTCONE_FUZZERS), corpus in corpus/<x>/
#   BENCHES  x_bench.cc files, one google-benchmark program each
function(lightcone_room)
  cmake_parse_arguments(R "" "NAME" "SOURCES;DEPS;TESTS;TEST_DEPS;FUZZERS;BENCHES" ${ARGN})
  add_library(lightcone_${R_NAME} STATIC ${R_SOURCES})
  add_library(lightcone::${R_NAME} ALIAS lightcone_${R_NAME})
  target_link_libraries(lightcone_${R_NAME} PUBLIC lightcone_flags ${R_DEPS})

  if(R_TESTS)
    add_executable(${R_NAME}_test ${R_TESTS})
    target_link_libraries(${R_NAME}_test PRIVATE lightcone::${R_NAME} ${R_TEST_DEPS} GTest::gtest GTest::gmock GTest::gtest_main)
    target_compile_definitions(${R_NAME}_test PRIVATE LIGHTCONE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${R_NAME} COMMAND ${R_NAME}_test)
    set_tests_properties(${R_NAME} PROPERTIES LABELS unit TIMEOUT 300)
  endif()

  if(LIGHTCONE_FUZZERS)
    foreach(fuzzer IN LISTS R_FUZZERS)
      get_filename_component(name ${fuzzer} NAME_WE)
      add_executable(${name} ${fuzzer})
      target_link_libraries(${name} PRIVATE lightcone::${R_NAME} ${R_TEST_DEPS})
      target_compile_definitions(${name} PRIVATE LIGHTCONE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
      target_link_options(${name} PRIVATE -fsanitize=fuzzer)
      set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
    endforeach()
  endif()

  if(benchmark_FOUND AND NOT LIGHTCONE_SANITIZE)
    foreach(bench IN LISTS R_BENCHES)
      get_filename_component(name ${bench} NAME_WE)
      add_executable(${name} EXCLUDE_FROM_ALL ${bench})
      target_link_libraries(${name} PRIVATE lightcone::${R_NAME} ${R_TEST_DEPS} benchmark::benchmark benchmark::benchmark_main)
    endforeach()
  endif()
endfunction()
