/* SPDX-License-Identifier: Apache-2.0 */
/* policies_test.c - whose book of policies a query or a form may name: what is no carrier is refused, however long. */
#include "app_test.h"

#include "bw/app/policies.h"

static const char *const no_carriers[] = { "B", "ABCD", "../../etc", "ba", "B A" };

static void reading(void **state)
{
    (void)state;
    char carrier[4];
    struct bw_error err = { 0 };
    const struct bw_principal agent = { .own_carrier = "BA", .carriers = { "BA" }, .n_carriers = 1 };
    const struct bw_principal auditor = { .every_carrier = true };
    for (size_t k = 0; k < BW_LEN(no_carriers); k++) {
        assert_int_equal(bw_policy_reads(&agent, bw_str_c(no_carriers[k]), carrier, &err), BW_E_BAD_REQUEST);
        assert_int_equal(bw_policy_reads(&auditor, bw_str_c(no_carriers[k]), carrier, &err), BW_E_BAD_REQUEST);
    }
    assert_int_equal(bw_policy_reads(&agent, BW_STR_NONE, carrier, &err), BW_OK);
    assert_string_equal(carrier, "BA");
    assert_int_equal(bw_policy_reads(&agent, BW_STR("IB"), carrier, &err), BW_E_FORBIDDEN);
    assert_int_equal(bw_policy_reads(&auditor, BW_STR("IB"), carrier, &err), BW_OK);
    assert_string_equal(carrier, "IB");
}

static void changing(void **state)
{
    (void)state;
    char carrier[4];
    struct bw_error err = { 0 };
    const struct bw_principal supervisor = { .roles = BW_SUPERVISOR, .own_carrier = "BA" };
    const struct bw_principal admin = { .roles = BW_ADMIN, .every_carrier = true };
    for (size_t k = 0; k < BW_LEN(no_carriers); k++) {
        assert_int_equal(bw_policy_whose(&supervisor, bw_str_c(no_carriers[k]), carrier, &err), BW_E_INVALID_BODY);
        assert_int_equal(bw_policy_whose(&admin, bw_str_c(no_carriers[k]), carrier, &err), BW_E_INVALID_BODY);
    }
    assert_int_equal(bw_policy_whose(&supervisor, BW_STR_NONE, carrier, &err), BW_OK);
    assert_string_equal(carrier, "BA");
    assert_int_equal(bw_policy_whose(&supervisor, BW_STR("IB"), carrier, &err), BW_E_FORBIDDEN);
    assert_int_equal(bw_policy_whose(&admin, BW_STR("IB"), carrier, &err), BW_OK);
    assert_string_equal(carrier, "IB");
    assert_int_equal(bw_policy_whose(&admin, BW_STR_NONE, carrier, &err), BW_OK);
    assert_string_equal(carrier, ""); /* what holds for all */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading),
        cmocka_unit_test(changing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
