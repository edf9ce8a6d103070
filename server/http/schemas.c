/* SPDX-License-Identifier: Apache-2.0 */
/* schemas.c - the named schemas of request bodies (from the field tables that decode them) and of answers (from
 * schemas/<Name>.json); examples are schemas/<Name>.example.json.  Layer: http.  Source: OPS-07. */
#include "handlers.h"

#include "bw/app/case_report.h"
#include "bw/app/case_steps.h"
#include "bw/app/cases.h"
#include "bw/app/claims.h"
#include "bw/app/heartbeat.h"
#include "bw/app/links.h"
#include "bw/domain/event_in.h"

const struct bw_schema bw_schemas[] = {
    { "Problem", NULL, "A refusal (RFC 9457)" },
    { "ProblemType", NULL, "What a problem means and what to do about it" },
    { "Document", NULL, "A description by OpenAPI 3.1" },
    { "Me", NULL, "Whom the caller's key or session speaks for" },
    { "KeyNew", bw_key_fields, "A sender key to be made" },
    { "Key", NULL, "A sender key, without its letters" },
    { "KeyMade", NULL, "A sender key with its letters: shown this once" },
    { "KeyList", NULL, "Sender keys, newest first" },
    { "MandateNew", bw_mandate_fields, "A mandate to be granted" },
    { "Mandate", NULL, "What a carrier lets another organisation say in its name" },
    { "MandateList", NULL, "Mandates, newest first" },
    { "MandateChanges", NULL, "Grants and revocations, oldest first" },
    { "EventIn", bw_event_in_fields, "One statement about a bag" },
    { "HeartbeatIn", bw_heartbeat_fields, "Alive, with nothing to say" },
    { "Heartbeat", NULL, "When a feed was last alive at a station" },
    { "HeartbeatList", NULL, "Feeds by sender and station" },
    { "CaseIn", bw_case_in_fields, "A delayed-bag file to open" },
    { "CaseOfferIn", bw_case_offer_fields, "A carrier that is asked to take a file" },
    { "CaseOwnerIn", bw_case_owner_fields, "The answer to that, yes or no by its address" },
    { "CaseFaultIn", bw_case_fault_fields, "Fault station and reason for loss, of one bag or of all" },
    { "CaseCloseIn", bw_case_close_fields, "Why a file is closed" },
    { "CaseNoteIn", bw_case_note_fields, "A note between staff" },
    { "Event", NULL, "A statement as it was recorded" },
    { "Bag", NULL, "Where a bag is, who has it, what is owed to its owner" },
    { "Promise", NULL, "An update that a carrier owes, by when" },
    { "CaseFile", NULL, "The delayed-bag file of a bag" },
    { "EventAnswer", NULL, "What became of a statement" },
    { "BulkLine", NULL, "What became of one line: an EventAnswer or a Problem, with its number" },
    { "TelegramAnswer", NULL, "What became of each message of a telegram" },
    { "Proposals", NULL, "Rushed bags and the open cases that they may belong to" },
    { "DeadLetters", NULL, "What of telegrams could not be used" },
    { "DeadLetter", NULL, "One dead letter, with its text where that was asked for" },
    { "DeadLetterShow", bw_letter_show_fields, "Why a text is looked at" },
    { "DeadLetterRepair", bw_letter_repair_fields,
      "The lines of a dead letter as somebody repaired them; left out: as they were sent" },
    { "Nothing", bw_nothing_fields, "An object without members; the body may be left out" },
    { "DeadLetterReplay", NULL, "What became of a telegram that was read again" },
    { "BagSeen", NULL, "A bag with its promises and file" },
    { "Events", NULL, "A bag's history, newest first" },
    { "LinkIn", bw_link_in_fields, "Another record that is this bag, or is not" },
    { "Ambiguous", NULL, "Statements that fit several bags, newest first" },
    { "Choices", NULL, "Several bags fit" },
    { "SearchAnswer", NULL, "Bags that a look-up found, and why" },
    { "CasePatch", NULL, "Members of a file to change: sent replaces, null takes away (RFC 7396)" },
    { "CaseChanged", NULL, "What became of a change" },
    { "ReportRefuse", bw_report_refuse_fields, "Why a report is refused" },
    { "CaseOpened", NULL, "A new file and its customer link, shown once" },
    { "CaseAnswer", NULL, "A file as far as its reader may see it" },
    { "RevealIn", bw_reveal_fields, "Why somebody wants to be shown what is personal" },
    { "Revealed", NULL, "What a reason opens, and until when" },
    { "CaseReads", NULL, "Who was shown what of a file" },
    { "LookupIn", bw_lookup_fields, "What is looked for, and why" },
    { "Lookup", NULL, "Whom to ask" },
    { "Lookups", NULL, "Looks outside one's own carriers" },
    { "Retention", NULL, "What is kept how long, and what was destroyed" },
    { "Export", NULL, "Everything that is kept of a person under a file" },
    { "Erased", NULL, "When the personal data of a file were destroyed" },
    { "ClaimIn", bw_claim_in_fields, "A claim to be filed" },
    { "ClaimStepIn", bw_claim_step_in_fields,
      "A step of a claim; offered and paid name an amount, refused says reason, rule, evidence, appeal" },
    { "Claim", NULL, "A claim and what was said of it" },
    { "ClaimList", NULL, "Claims of a file, by number" },
    { "ClaimAnswer", NULL, "What became of a claim" },
    { "ClaimReceipt", NULL, "A signed receipt (JWS) and what it says" },
    { "ReceiptKeys", NULL, "Public keys of receipts (JWK set)" },
    { "Owed", NULL, "Open promises by due time" },
    { "StaleRow", NULL, "Figures of one carrier or station" },
    { "StaleReport", NULL, "Who let what go stale in a period" },
};
const size_t bw_schemas_n = BW_LEN(bw_schemas);
