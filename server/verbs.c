/* SPDX-License-Identifier: Apache-2.0 */
/* verbs.c - the table of verbs. */
#include "cli.h"

const struct bw_verb bw_verbs[] = {
    { "serve", "", "", bw_verb_serve, "serve API, pages and streams until SIGTERM" },
    { "migrate up", "", "", bw_verb_migrate_up, "bring the database to this program's schema" },
    { "migrate status", "", "", bw_verb_migrate_status, "what stands in the database; 1 = something is pending" },
    { "migrate plan", "", "", bw_verb_migrate_plan, "what `migrate up` would do" },
    { "seed", "", "", bw_verb_seed, "bring in stations and carriers that are missing" },
    { "verify", "", "bags test", bw_verb_verify, "fold the log anew and compare; 1 = it differs" },
    { "doctor", "", "", bw_verb_doctor, "look for what is set up badly; 1 = something is" },
    { "key create", "", "carrier= for= kind= scope= cidr= expires= test", bw_verb_key_create,
      "make a sender key and print it this once" },
    { "key list", "", "carrier=", bw_verb_key_list, "sender keys, newest first" },
    { "key revoke", "ID", "", bw_verb_key_revoke, "a sender key is dead everywhere within 5 s" },
    { "user create", "NAME", "role= org= for= kind=", bw_verb_user_create,
      "make a staff account; password on stdin, or made" },
    { "user password", "NAME", "", bw_verb_user_password, "give an account another password; ends its sessions" },
    { "user disable", "NAME", "", bw_verb_user_disable, "let an account in no more; ends its sessions" },
    { "user codes-off", "NAME", "", bw_verb_user_codes_off, "for a lost authenticator: ask for no one-time code" },
    { "link create", "REF", "companion language=", bw_verb_link_create, "make another customer link to a file" },
    { "erase", "[REF]", "replay=", bw_verb_erase, "destroy what is personal of a file, or of all on a list" },
    { "export", "REF", "", bw_verb_export, "everything kept of the person under a file, as JSON" },
    { "report stale", "", "from= to= as-of= by= format=", bw_verb_report_stale, "who let which updates go stale" },
    { "config dump", "", "", bw_verb_config_dump, "every setting, and where its value came from" },
    { "config check", "", "", bw_verb_config_check, "say whether the settings fit together" },
    { "version", "", "", bw_verb_version, "program and schema version" },
};
const struct bw_verb_group bw_verb_groups[] = {
    { "migrate", "the schema" }, { "key", "sender keys" }, { "user", "staff" },
    { "config", "settings" },    { NULL, NULL },
};
const size_t bw_verbs_n = BW_LEN(bw_verbs);
