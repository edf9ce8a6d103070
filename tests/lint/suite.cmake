# SPDX-License-Identifier: Apache-2.0
# The lints, one test each, labelled "lint"; lint.selftest proves that each of them finds what it is there for.
foreach(lint layers banned sizes sql tree requirements words symbols release selftest)
  add_test(NAME lint.${lint} COMMAND ${BW_NODE} ${PROJECT_SOURCE_DIR}/tests/lint/${lint}.mjs)
  set_tests_properties(lint.${lint} PROPERTIES LABELS lint TIMEOUT 300 ENVIRONMENT "${BW_TEST_ENV}" SKIP_RETURN_CODE 77)
endforeach()
foreach(lint format shell cppcheck tidy)
  add_test(NAME lint.${lint} COMMAND sh ${PROJECT_SOURCE_DIR}/tests/lint/${lint}.sh)
  set_tests_properties(lint.${lint} PROPERTIES LABELS lint TIMEOUT 1200 ENVIRONMENT "${BW_TEST_ENV}")
endforeach()
# These two take every core there is.
set_tests_properties(lint.cppcheck lint.tidy PROPERTIES PROCESSORS 2)
