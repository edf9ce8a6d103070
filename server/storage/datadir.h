/* SPDX-License-Identifier: Apache-2.0 */
/* datadir.h - folders and lock files.  Layer: storage, private. */
#ifndef BW_STORAGE_DATADIR_H
#define BW_STORAGE_DATADIR_H

#include "bw/base/clock.h"

/* Makes the folder with mode 0700, and its parents with 0755 so that the one who gets the folder can reach it. */
BW_MUST_USE bw_code bw_make_dir(const char *path, struct bw_error *err);
/* Removes a folder and what is in it; nothing there is fine. */
BW_MUST_USE bw_code bw_remove_tree(const char *path, struct bw_error *err);
/* Writes a file whole: temporary name, fsync, rename. */
BW_MUST_USE bw_code bw_write_file(const char *path, struct bw_str text, struct bw_error *err);
/* Reads at most size - 1 bytes and closes them with NUL; false when it cannot be read. */
BW_MUST_USE bool bw_read_file(const char *path, char *to, size_t size);
/* Opens (creates) path for flock; -1 with err filled. */
int bw_lock_file(const char *path, struct bw_error *err);
/* flock with a deadline; `how` is LOCK_EX or LOCK_SH.  False when it passed. */
BW_MUST_USE bool bw_lock_until(int fd, int how, bw_time mono);

#endif
