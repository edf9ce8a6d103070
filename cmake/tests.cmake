# SPDX-License-Identifier: Apache-2.0
# tests/unit/<layer>/<x>_test.c is one program, linked to that layer and those below it, labelled "unit".
# tests/integration/*_test.c link everything and need PostgreSQL's programs, labelled "integration".
# Other suites register themselves in tests/<suite>/suite.cmake.
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
set(BW_TEST_ENV "BW_SOURCE=${PROJECT_SOURCE_DIR};BW_BUILD=${PROJECT_BINARY_DIR}")

function(bw_c_test name label layer source)
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE bw_flags bw_${layer} PkgConfig::CMOCKA)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/server/${layer} ${PROJECT_SOURCE_DIR}/tests/lib)
  target_compile_definitions(${name} PRIVATE BW_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT 300 ENVIRONMENT "${BW_TEST_ENV}" SKIP_RETURN_CODE 77)
endfunction()

foreach(layer base domain storage push app http)
  file(GLOB tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/${layer}/*_test.c)
  foreach(source ${tests})
    get_filename_component(stem ${source} NAME_WE)
    bw_c_test(unit.${layer}.${stem} unit ${layer} ${source})
  endforeach()
endforeach()

file(GLOB suites CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/*/suite.cmake)
foreach(suite ${suites})
  include(${suite})
endforeach()
