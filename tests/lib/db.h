/* SPDX-License-Identifier: Apache-2.0 */
/* db.h - what the integration tests of the session layer share: one cluster a program, sessions on test statements,
 * a table `item`, and a second session that does things to the first. */
#ifndef BW_TESTS_DB_H
#define BW_TESTS_DB_H

#include "pg_int.h"
#include "test_stmt_list.h"
#include "throwaway.h"

/* A connected session of the application role with the given sets of test statements; asserts. */
struct bw_pg *db_session(const char *conninfo, unsigned sets);
/* Group set-up: cluster, roles, realm schema, table item.  *state is a struct bwt_cluster *. */
int db_setup(void **state);
int db_teardown(void **state);
/* Runs a script as who conninfo says; asserts. */
void db_script(const char *conninfo, const char *sql);
int64_t db_items(struct bw_pg *pg);
void db_clear(struct bwt_cluster *t);
int db_pid(struct bw_pg *pg);
/* From another session: pg_terminate_backend. */
void db_kill(struct bwt_cluster *t, int pid);
/* Waits until a session of that application name is in that state of pg_stat_activity's wait_event (NULL = gone). */
bool db_wait_event(struct bwt_cluster *t, int pid, const char *wait_event);

#endif
