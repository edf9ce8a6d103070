/* SPDX-License-Identifier: Apache-2.0 */
/* letters.h - dead letters: what of a telegram could not be used, for the people who repair it.  Counts per sender, a
 * list, one letter with its text for a reason that is kept, and the replay of the same text after a fix.
 * Layer: app.  Threads: query workers.  Source: TYB-04, TYB-11, CASE-07, domain.md 9.4. */
#ifndef BW_APP_LETTERS_H
#define BW_APP_LETTERS_H

#include "bw/app/ingest.h"
#include "bw/storage/pg.h"

struct bw_letter {
    struct bw_uuid id;
    struct bw_str sender, smi, status, state, tried_by, repaired_by;
    struct bw_str faults; /* JSON array of {line, element, reason, lost} */
    int32_t ordinal, first_line, last_line;
    bw_time received_at, tried_at, repaired_at, destroyed_at; /* destroyed_at: of its text; BW_TIME_NONE while it is there */
};
struct bw_letter_count {
    struct bw_str sender;
    int64_t waiting, replayed, dropped;
    bw_time newest;
};
struct bw_letter_look {
    struct bw_str account, reason;
    bw_time at;
};
#define BW_LETTERS_MOST 500

/* Why a text may be looked at; false for any other word. */
bool bw_letter_reason(struct bw_str word);
/* The words, NULL past the last. */
const char *bw_letter_reason_at(size_t k);

/* sender and state empty: all.  At most BW_LETTERS_MOST, newest first. */
BW_MUST_USE bw_code bw_letters_list(struct bw_pg *pg, struct bw_str sender, struct bw_str state, struct bw_arena *arena,
                                    struct bw_letter **ret, size_t *ret_n, struct bw_error *err);
BW_MUST_USE bw_code bw_letters_count(struct bw_pg *pg, struct bw_str sender, struct bw_arena *arena,
                                     struct bw_letter_count **ret, size_t *ret_n, struct bw_error *err);
/* BW_E_NOT_FOUND where that sender (empty = any) has no such letter. */
BW_MUST_USE bw_code bw_letter_read(struct bw_pg *pg, const struct bw_uuid *id, struct bw_str sender,
                                   struct bw_arena *arena, struct bw_letter *ret, struct bw_error *err);
BW_MUST_USE bw_code bw_letter_looks(struct bw_pg *pg, const struct bw_uuid *id, struct bw_arena *arena,
                                    struct bw_letter_look **ret, size_t *ret_n, struct bw_error *err);
/* The lines of the letter, opened for `account` and `reason`: the look is kept first.  BW_E_NOT_FOUND also where the
 * text was destroyed. */
BW_MUST_USE bw_code bw_letter_show(const struct bw_app *app, struct bw_pg *pg, const struct bw_letter *letter,
                                   struct bw_str account, struct bw_str reason, bw_time now, struct bw_arena *arena,
                                   struct bw_str *ret, struct bw_error *err);

/* The whole telegram of a letter, read again as it was sent, or with its lines as somebody repaired them; the original is kept: by its sender, for whom it could speak then, at the time
 * of its receipt, so that what was used before comes out as a repetition. */
struct bw_letter_replay {
    struct bw_letter letter;
    struct bw_uuid raw_id;
    struct bw_principal who;
    struct bw_telegram telegram;
};
BW_MUST_USE bw_code bw_letter_replay(const struct bw_app *app, struct bw_pg *pg, const struct bw_uuid *id,
                                     struct bw_str sender, struct bw_str repaired, struct bw_arena *arena,
                                     struct bw_letter_replay *ret, struct bw_error *err);
/* After the writer: notes for every letter of the telegram what became of it. */
BW_MUST_USE bw_code bw_letter_tried(struct bw_pg *pg, struct bw_letter_replay *replay, struct bw_str by, bw_time now,
                                    struct bw_error *err);

/* Lines of a telegram, from 1, both ends within. */
struct bw_str bw_letter_lines(struct bw_str text, int32_t first, int32_t last);

#endif
