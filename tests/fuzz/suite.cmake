# SPDX-License-Identifier: Apache-2.0
# tests/fuzz/<x>_fuzz.c defines LLVMFuzzerTestOneInput(); its saved inputs stand in tests/fuzz/corpus/<x>/.
# Every build replays them as the ordinary test fuzz.<x>, and mutates each a little with a fixed seed; the preset "fuzz"
# (clang) makes libFuzzer programs of the same files, which `./bagwatch test --deep` runs for a while each.
file(GLOB targets CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/fuzz/*_fuzz.c)
foreach(source ${targets})
  get_filename_component(stem ${source} NAME_WE)
  string(REGEX REPLACE "_fuzz$" "" stem ${stem})
  set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${stem})
  if(BW_FUZZ)
    add_executable(fuzz.${stem} ${source})
    target_compile_options(fuzz.${stem} PRIVATE -fsanitize=fuzzer)
    target_link_options(fuzz.${stem} PRIVATE -fsanitize=fuzzer)
    set(found ${PROJECT_BINARY_DIR}/fuzz/${stem})
    file(MAKE_DIRECTORY ${found})
    # one at a time, on one core; BW_FUZZ_SECONDS each
    add_test(NAME fuzz.${stem} COMMAND sh -c "exec $0 -max_total_time=\${BW_FUZZ_SECONDS:-600} \"$@\"" $<TARGET_FILE:fuzz.${stem}>
      -timeout=10 -rss_limit_mb=1536 -artifact_prefix=${found}/ ${found} ${corpus})
  else()
    add_executable(fuzz.${stem} ${source} ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.c)
    add_test(NAME fuzz.${stem} COMMAND fuzz.${stem} ${corpus})
  endif()
  target_link_libraries(fuzz.${stem} PRIVATE bw_flags bw_main)
  target_include_directories(fuzz.${stem} PRIVATE ${PROJECT_SOURCE_DIR}/tests/lib)
  foreach(layer base domain storage push app http)
    target_include_directories(fuzz.${stem} PRIVATE ${PROJECT_SOURCE_DIR}/server/${layer})
  endforeach()
  set_tests_properties(fuzz.${stem} PROPERTIES LABELS fuzz TIMEOUT 300 ENVIRONMENT "${BW_TEST_ENV}")
  if(BW_FUZZ)
    set_tests_properties(fuzz.${stem} PROPERTIES TIMEOUT 86400 RESOURCE_LOCK fuzzer)
  endif()
endforeach()
