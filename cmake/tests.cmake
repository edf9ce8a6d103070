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

set(unit_layers base domain storage push app http main)
if(BW_FUZZ)
  set(unit_layers) # the fuzzers' build holds the fuzzers alone
endif()
foreach(layer ${unit_layers})
  file(GLOB tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/${layer}/*_test.c)
  foreach(source ${tests})
    get_filename_component(stem ${source} NAME_WE)
    bw_c_test(unit.${layer}.${stem} unit ${layer} ${source})
  endforeach()
endforeach()

# bw_node_test(NAME LABEL FILE) runs one file of Node's test runner, after the packages of tests/package-lock.json are there.
find_program(BW_NODE node)
if(NOT BW_SANITIZE)
  add_test(NAME setup.node_modules COMMAND sh ${PROJECT_SOURCE_DIR}/tests/lib/node_modules.sh)
  set_tests_properties(setup.node_modules PROPERTIES FIXTURES_SETUP node_modules TIMEOUT 600 LABELS setup)
endif()
function(bw_node_test name label file)
  add_test(NAME ${name} COMMAND ${BW_NODE} --test ${file})
  # A server, its database and a client are each busy; two such tests at once would measure each other.
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT 600 ENVIRONMENT "${BW_TEST_ENV}" PROCESSORS 2
    FIXTURES_REQUIRED node_modules SKIP_RETURN_CODE 77)
endfunction()

# Suites of Node files alone need no suite.cmake: tests/<suite>/<x>.test.mjs is the test <suite>.<x>, labelled <suite>.
# The sanitizer builds hold the C suites only (SEC-09); the others ask the server from outside, once, in the dev build.
if(NOT BW_SANITIZE)
  foreach(suite blackbox browser wire)
    if(NOT EXISTS ${PROJECT_SOURCE_DIR}/tests/${suite}/suite.cmake)
      file(GLOB tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${suite}/*.test.mjs)
      foreach(source ${tests})
        get_filename_component(stem ${source} NAME)
        string(REPLACE ".test.mjs" "" stem ${stem})
        bw_node_test(${suite}.${stem} ${suite} ${source})
      endforeach()
    endif()
  endforeach()
endif()

file(GLOB suites CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/*/suite.cmake)
if(BW_FUZZ)
  list(FILTER suites INCLUDE REGEX "/fuzz/suite.cmake$")
elseif(BW_SANITIZE MATCHES "thread")
  list(FILTER suites INCLUDE REGEX "/integration/suite.cmake$")
elseif(BW_SANITIZE)
  list(FILTER suites INCLUDE REGEX "/(integration|fuzz|sim)/suite.cmake$")
endif()
foreach(suite ${suites})
  include(${suite})
endforeach()
