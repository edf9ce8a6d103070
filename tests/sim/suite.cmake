# SPDX-License-Identifier: Apache-2.0
# The simulator: one program of all C files in tests/sim, a test of its own (label sim), BW_DEEP=1: 24 simulated hours; and the
# year, a few days of it without BW_DEEP, over HTTP and recomputed by a model in another language.
if(BW_FUZZ)
  return()
endif()
file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/sim/*.c)
bw_c_test(sim.run sim app "${sources}")
target_link_libraries(sim.run PRIVATE bw_test_lib)
target_include_directories(sim.run PRIVATE ${PROJECT_SOURCE_DIR}/tests/sim ${PROJECT_SOURCE_DIR}/server/storage)
set_tests_properties(sim.run PROPERTIES TIMEOUT 3600)
if(NOT BW_SANITIZE)
  bw_node_test(sim.year sim ${PROJECT_SOURCE_DIR}/tests/sim/year.test.mjs)
  set_tests_properties(sim.year PROPERTIES TIMEOUT 3600)
endif()
