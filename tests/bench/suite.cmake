# SPDX-License-Identifier: Apache-2.0
# Benchmarks: tests/bench/load.c makes the load, tests/bench/reference.c drives the writer's statements by libpq alone,
# tests/bench/fastify.mjs is the server beside which single scans are measured, tests/bench/bench.mjs runs them all.
# `./bagwatch bench` runs them on the release build; ctest keeps a short one as a test that they work.
if(BW_FUZZ)
  return()
endif()
add_executable(load tests/bench/load.c)
target_link_libraries(load PRIVATE bw_flags)
add_executable(bulk tests/bench/bulk.c)
target_link_libraries(bulk PRIVATE bw_flags Threads::Threads)
add_executable(reference tests/bench/reference.c)
target_link_libraries(reference PRIVATE bw_flags bw_storage)
set(BW_BENCH_GEN ${PROJECT_BINARY_DIR}/generated/bench)
bw_embed_statements(${PROJECT_SOURCE_DIR}/tests/bench/search bench_stmts BENCH_STMT
  ${BW_BENCH_GEN}/bench_stmt_list.h ${BW_BENCH_GEN}/bench_stmt_list.c)
add_executable(search tests/bench/search.c tests/bench/search_people.c ${BW_BENCH_GEN}/bench_stmt_list.c ${BW_BENCH_GEN}/bench_stmt_list.h)
target_include_directories(search PRIVATE ${BW_BENCH_GEN} ${PROJECT_SOURCE_DIR}/server/storage)
target_link_libraries(search PRIVATE bw_flags bw_app)
if(NOT BW_SANITIZE)
  add_test(NAME bench.short COMMAND ${BW_NODE} tests/bench/bench.mjs --short scans two growth search levels WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(bench.short PROPERTIES LABELS bench TIMEOUT 600 ENVIRONMENT "${BW_TEST_ENV}" PROCESSORS 2 RUN_SERIAL TRUE
    FIXTURES_REQUIRED node_modules)
endif()
if(NOT BW_SANITIZE)
  bw_node_test(bench.bulk_memory bench ${PROJECT_SOURCE_DIR}/tests/bench/bulk_memory.test.mjs)
  set_tests_properties(bench.bulk_memory PROPERTIES PROCESSORS 2)
endif()
