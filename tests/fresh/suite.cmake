# SPDX-License-Identifier: Apache-2.0
# A machine that has nothing: minutes and a mirror are needed, so only `./bagwatch test --deep` runs it.
add_test(NAME fresh.up COMMAND sh ${PROJECT_SOURCE_DIR}/tests/fresh/fresh.sh)
set_tests_properties(fresh.up PROPERTIES LABELS fresh TIMEOUT 5400 RUN_SERIAL ON ENVIRONMENT "${BW_TEST_ENV}"
  SKIP_RETURN_CODE 77)
