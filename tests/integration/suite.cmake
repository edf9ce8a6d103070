# SPDX-License-Identifier: Apache-2.0
# tests/integration/<x>_test.c is one program linked to bw_app and below, run against a PostgreSQL of its own
# (tests/lib/throwaway.h).  tests/integration/statements/*.sql are statements for tests only: enum test_stmt.
if(BW_FUZZ)
  return()
endif()
set(BW_IT_GEN ${PROJECT_BINARY_DIR}/generated/tests)
bw_embed_statements(${PROJECT_SOURCE_DIR}/tests/integration/statements test_stmts TEST_STMT
  ${BW_IT_GEN}/test_stmt_list.h ${BW_IT_GEN}/test_stmt_list.c)
add_library(bw_test_lib STATIC tests/lib/throwaway.c tests/lib/door.c tests/lib/db.c tests/lib/posts.c ${BW_IT_GEN}/test_stmt_list.c ${BW_IT_GEN}/test_stmt_list.h)
target_include_directories(bw_test_lib PUBLIC ${PROJECT_SOURCE_DIR}/tests/lib ${BW_IT_GEN}
  PRIVATE ${PROJECT_SOURCE_DIR}/server/storage)
target_link_libraries(bw_test_lib PUBLIC bw_storage PkgConfig::CMOCKA PRIVATE bw_flags)

file(GLOB tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/integration/*_test.c)
foreach(source ${tests})
  get_filename_component(stem ${source} NAME_WE)
  if(stem MATCHES "^http_")
    bw_c_test(integration.${stem} integration http ${source}) # the HTTP side in the same process
    target_include_directories(integration.${stem} PRIVATE ${PROJECT_SOURCE_DIR}/server/app)
  else()
    bw_c_test(integration.${stem} integration app ${source})
  endif()
  target_link_libraries(integration.${stem} PRIVATE bw_test_lib)
  target_include_directories(integration.${stem} PRIVATE ${PROJECT_SOURCE_DIR}/server/storage)
  # each starts a cluster: two at a time are enough for two cores; these compare times, or keep both cores busy alone
  if(stem MATCHES "^(door_staff|stamp|writer_fight|writer_shuffle)_test$")
    set_tests_properties(integration.${stem} PROPERTIES PROCESSORS 2)
  endif()
endforeach()

add_executable(throwaway tests/lib/throwaway_main.c)
target_link_libraries(throwaway PRIVATE bw_flags bw_test_lib)
if(NOT BW_SANITIZE) # preloaded by a blackbox test; a sanitizer's own runtime must come first
  add_library(clock_shift MODULE tests/lib/clock_shift.c)
  set_target_properties(clock_shift PROPERTIES PREFIX "")
  target_link_libraries(clock_shift PRIVATE bw_flags)
endif()
