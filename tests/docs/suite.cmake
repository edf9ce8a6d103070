# SPDX-License-Identifier: Apache-2.0
# The tables in ARCHITECTURE.md are printed by the build; this fails when they differ.
if(BW_FUZZ)
  return()
endif()
find_program(BW_NODE node)
add_executable(docs.tables tests/docs/tables.c)
target_link_libraries(docs.tables PRIVATE bw_flags bw_domain)
if(BW_NODE)
  add_test(NAME docs.tables COMMAND ${BW_NODE} ${PROJECT_SOURCE_DIR}/tests/docs/tables.mjs $<TARGET_FILE:docs.tables>)
  set_tests_properties(docs.tables PROPERTIES LABELS lint TIMEOUT 60)
endif()
