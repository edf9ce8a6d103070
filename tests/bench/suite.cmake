# SPDX-License-Identifier: Apache-2.0
# Benchmarks: tests/bench/load.c makes the load, tests/bench/bench.mjs starts a server of the same build and runs it.
# `./bagwatch bench` runs them on the release build; ctest keeps a short one as a test that they work.
if(BW_FUZZ)
  return()
endif()
add_executable(load tests/bench/load.c)
target_link_libraries(load PRIVATE bw_flags)
