/* SPDX-License-Identifier: Apache-2.0 */
/* handlers.h - every handler that a row of routes.c names, by file.  Layer: http. */
#ifndef BW_HTTP_HANDLERS_INT_H
#define BW_HTTP_HANDLERS_INT_H

#include "http.h"

/* --- reply_json.c --- */
struct bw_json_reply {
    struct bw_buf text;
    struct bw_json_out out;
};
/* A JSON answer of at most max bytes; what comes back writes into r. */
struct bw_json_out *bw_json_begin(struct bw_json_reply *r, size_t max);
/* Makes it the reply; a text that grew too long answers 500. */
void bw_json_end(struct bw_request *rq, int status, struct bw_json_reply *r);
/* A body that was refused: its faults, or where there are none (memory) the code alone. */
void bw_reply_refused(struct bw_request *rq, bw_code code, const struct bw_faults *f);
struct bw_work;
struct bw_pg;
/* Loop thread.  Hands work to the writer and parks; `then` runs after COMMIT, or with work->rc set. */
void bw_request_commit(struct bw_request *rq, struct bw_work *work, bw_handler *then);
/* After a commit of one item: true, and the reply is why it, or the whole work, was refused. */
bool bw_reply_unstored(struct bw_request *rq, const struct bw_work *work);
/* Room for the faults of a body, none yet; NULL: that is the reply. */
struct bw_faults *bw_request_faults(struct bw_request *rq);
/* What people type for a code, as codes are written, upper case without blanks: "mad".  In the arena. */
struct bw_str bw_request_typed(struct bw_request *rq, struct bw_str text);
/* The same of a field of a form. */
struct bw_str bw_request_code(struct bw_request *rq, const char *name);
/* A text of several lines of a form: they end in CR LF there, in LF here.  In the arena; p == NULL: memory is out. */
struct bw_str bw_request_lines(struct bw_request *rq, const char *name);
/* The fields of a form as the JSON body that the interface takes; what was left empty was not said.  Names may begin
 * with
 * '#', what is a number there is one ("#bag" for bag), or with '^', a code.  The body itself where the route takes no
 * form.  In the arena; p == NULL: memory is out. */
struct bw_str bw_request_said(struct bw_request *rq, const char *const *names, size_t n);
/* 200 {"<key>": [{...}, ...]}: n rows of `size` bytes each, whose members put() writes. */
typedef void bw_row_members(struct bw_json_out *j, const void *row);
void bw_reply_rows(struct bw_request *rq, const char *key, const void *rows, size_t n, size_t size,
                   bw_row_members *put);

/* Where a page of a list begins, by the parameter `after`; false: it is none of ours, and that is the reply. */
struct bw_list_place;
bool bw_request_after(struct bw_request *rq, struct bw_list_place *ret);
/* The Link to the next page of the same question (RFC 8288), where there is one. */
void bw_reply_next(struct bw_request *rq, const struct bw_list_place *next);

/* --- once.c --- */
/* A repeat under its Idempotency-Key: true, and the kept answer, or why there is none, is the reply. */
bool bw_once_replayed(struct bw_request *rq, struct bw_pg *pg);
/* Keeps the reply for who repeats the request, or where it is no 201 the key is free again.  A failure here takes
 * nothing back: what was made is stored, and a repeat is told that it exists.  keep: the end of a job; done: on the
 * loop, and a job only where there is a key. */
bw_job bw_once_keep;
bw_handler bw_once_done;

/* h_health.c */
bw_handler bw_h_livez, bw_h_readyz;
/* h_meta.c */
bw_handler bw_h_openapi, bw_h_problem, bw_h_asset;
/* h_login.c */
bw_handler bw_h_login_page, bw_h_login, bw_h_logout;
/* h_account.c */
bw_handler bw_h_account, bw_h_codes_begin, bw_h_codes_confirm, bw_h_codes_off;
/* h_me.c */
bw_handler bw_h_me;
/* h_keys.c */
bw_handler bw_h_keys, bw_h_key_make, bw_h_key_revoke;
extern const struct bw_field bw_key_fields[];
/* h_mandates.c */
bw_handler bw_h_mandates, bw_h_mandate_grant, bw_h_mandate_changes, bw_h_mandate_revoke;
extern const struct bw_field bw_mandate_fields[];
/* h_policies.c */
bw_handler bw_h_policies, bw_h_policy_put, bw_h_policy_try, bw_h_policy_changes;
bw_handler bw_h_desk_hours, bw_h_desk_hours_put;
/* h_policy_page.c */
bw_handler bw_h_desk_policies, bw_h_desk_policy_post;
/* h_hours_page.c */
bw_handler bw_h_hours_page, bw_h_hours_page_post;
/* h_rules_page.c */
bw_handler bw_h_rules_page;
/* h_told.c */
bw_handler bw_h_told, bw_h_desk_told;
/* h_heartbeat.c */
bw_handler bw_h_heartbeat, bw_h_heartbeats;
/* h_stream.c */
bw_handler bw_h_stream, bw_h_customer_stream;
/* h_events.c */
bw_handler bw_h_events_post;
/* After the commit of a work of one item, rq->data: what became of it, or the problem. */
void bw_answer_item(struct bw_request *rq);
/* h_bulk.c */
bw_handler bw_h_bulk_post;
/* h_typeb.c */
bw_handler bw_h_typeb_post;
struct bw_telegram;
/* Memory of a telegram, which may need more than a request's own; NULL: the refusal is the reply.  Loop thread. */
struct bw_arena *bw_typeb_arena(struct bw_request *rq);
/* Hands a telegram to the writer, joins its parts with those that came before, and goes on with `then`, rq->data being
 * what it is now.  A refusal of the whole is the reply.  Loop thread. */
void bw_typeb_store(struct bw_request *rq, struct bw_telegram *t, const struct bw_principal *who, bw_handler *then);
/* h_letters.c */
bw_handler bw_h_letters, bw_h_letter, bw_h_letter_show, bw_h_letter_replay;
extern const struct bw_field bw_letter_show_fields[], bw_letter_repair_fields[], bw_nothing_fields[];
/* h_found.c */
bw_handler bw_h_found, bw_h_found_accept, bw_h_found_accept_page, bw_h_found_dismiss, bw_h_bag_watch;
extern const struct bw_field bw_found_dismiss_fields[];
/* h_flights.c */
bw_handler bw_h_chaser_wish, bw_h_chaser_wish_put;
bw_handler bw_h_flight_get, bw_h_flight_put;
/* h_proposals.c */
bw_handler bw_h_proposals, bw_h_proposal_confirm, bw_h_proposal_refuse;
/* h_letter_page.c */
bw_handler bw_h_desk_letters, bw_h_desk_letter, bw_h_desk_letter_show;
/* h_bags.c */
struct bw_cursor;
/* The header Bagwatch-Index: the feed position that a snapshot is complete to (STR-05). */
void bw_reply_index(struct bw_request *rq, const struct bw_cursor *complete_to);
bw_handler bw_h_bag_get, bw_h_bag_events;
/* h_search.c */
struct bw_found;
struct bw_pg;
/* What ?q= and ?date= find for the caller; false: the reply is there already. */
bool bw_search_read(struct bw_request *rq, struct bw_pg *pg, struct bw_found **ret);
bw_handler bw_h_search;
/* h_outside_page.c */
bw_handler bw_h_desk_outside;
/* h_cases.c */
bw_handler bw_h_claims_get, bw_h_claim_file, bw_h_claim_get, bw_h_claim_step, bw_h_claim_receipt, bw_h_receipt_key;
bw_handler bw_h_picture_post, bw_h_picture_get, bw_h_customer_picture_post;
bw_handler bw_h_customer_claims, bw_h_customer_claim_file, bw_h_customer_claim_step, bw_h_customer_receipt;
/* h_wait_page.c */
bw_handler bw_h_customer_needed, bw_h_customer_needed_post;
bw_handler bw_h_cases_post;
/* h_case_report.c */
bw_handler bw_h_report_accept, bw_h_report_refuse;
/* h_missing.c */
bw_handler bw_h_missing, bw_h_missing_post;
/* h_case_edit.c */
bw_handler bw_h_case_patch;
/* h_case_get.c */
bw_handler bw_h_case_get;
/* h_case_reads.c */
bw_handler bw_h_case_reveal, bw_h_case_reads;
extern const struct bw_field bw_reveal_fields[];
/* h_case_page.c */
bw_handler bw_h_desk_case, bw_h_desk_case_fragment;
/* h_case_steps.c */
bw_handler bw_h_case_offer, bw_h_case_accept, bw_h_case_decline, bw_h_case_fault, bw_h_case_close, bw_h_case_note,
    bw_h_case_promise, bw_h_case_wait;
/* A parameter that is an instant or a day; false: it is missing or neither, and that is the reply. */
bool bw_query_instant(struct bw_request *rq, const char *name, bw_time *ret);
/* h_erase.c */
bw_handler bw_h_case_erase, bw_h_case_export;
/* h_retention.c */
bw_handler bw_h_retention;
bw_handler bw_h_outages;
/* h_links.c */
bw_handler bw_h_bags_join, bw_h_bags_part, bw_h_ambiguous;
struct bw_ambiguous;
struct bw_pg;
/* What the caller may see of the statements that fit several bags; a failure is answered. */
bw_code bw_ambiguous_read(struct bw_request *rq, struct bw_pg *pg, struct bw_ambiguous **ret, size_t *ret_n);
/* h_asks.c */
bw_handler bw_h_ask, bw_h_ask_answer, bw_h_asked;
struct bw_uuid;
/* The address of a question's page, whole; in the arena. */
struct bw_str bw_ask_url(struct bw_request *rq, const struct bw_uuid *bag_id, const struct bw_uuid *ask);
/* h_ask_page.c */
bw_handler bw_h_ask_page, bw_h_ask_page_post, bw_h_desk_asked;
/* h_lookups.c */
bw_handler bw_h_lookup, bw_h_lookups;
extern const struct bw_field bw_lookup_fields[], bw_chaser_wish_fields[];
/* h_promises.c */
bw_handler bw_h_promises, bw_h_stale;

/* h_pages.c */
bw_handler bw_h_home, bw_h_customer_page, bw_h_customer_fragment;
/* h_desk.c */
bw_handler bw_h_desk, bw_h_desk_ambiguous;
/* h_bag_page.c */
bw_handler bw_h_desk_bag, bw_h_desk_bag_fragment;
/* h_owed_page.c */
bw_handler bw_h_desk_overdue, bw_h_desk_overdue_fragment;
/* h_report_page.c */
bw_handler bw_h_report;
/* h_feeds.c */
bw_handler bw_h_feeds, bw_h_desk_feeds;
/* h_disruptions.c */
bw_handler bw_h_disruptions, bw_h_disruption_declare, bw_h_disruption_confirm, bw_h_disruption_renew,
    bw_h_disruption_end;
bw_handler bw_h_desk_disruptions, bw_h_desk_disruption_say;

#endif
