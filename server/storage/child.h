/* SPDX-License-Identifier: Apache-2.0 */
/* child.h - runs a program and waits for it, with an end.  Layer: storage, private.  Threads: any. */
#ifndef BW_STORAGE_CHILD_H
#define BW_STORAGE_CHILD_H

#include <sys/types.h>

#include "bw/base/clock.h"

struct bw_child_options {
    const char *const *argv; /* NULL-ended; argv[0] is a path */
    const char *dir;         /* working folder; NULL = "/" */
    const char *user;        /* become this user first; NULL = stay */
    const char *out_path;    /* stdout and stderr are appended there; NULL = /dev/null */
};

/* Starts it in a session of its own, so that neither the terminal's signals nor our end reach it, with all signals at
 * their defaults, a clean environment and no descriptor of ours. */
BW_MUST_USE bw_code bw_child_start(const struct bw_child_options *o, pid_t *ret, struct bw_error *err);
/* Waits until it ended or mono passed; then it is killed.  BW_OK only for exit status 0. */
BW_MUST_USE bw_code bw_child_wait(pid_t pid, const char *what, bw_time mono, struct bw_error *err);
/* Start and wait. */
BW_MUST_USE bw_code bw_child_run(const struct bw_child_options *o, bw_time limit_us, struct bw_error *err);
/* A user of the system. */
struct bw_user {
    char name[64];
    uid_t uid;
    gid_t gid;
};
/* False when there is none of that name, or of that id. */
BW_MUST_USE bool bw_user_named(const char *name, struct bw_user *ret);
BW_MUST_USE bool bw_user_with_id(uid_t uid, struct bw_user *ret);
/* Sleeps ms milliseconds. */
void bw_nap(int ms);

#endif
