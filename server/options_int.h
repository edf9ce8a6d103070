/* SPDX-License-Identifier: Apache-2.0 */
/* options_int.h - what the files of the settings share.  Layer: main. */
#ifndef BW_MAIN_OPTIONS_INT_H
#define BW_MAIN_OPTIONS_INT_H

#include "options.h"

/* Checks a value and takes it where `from` outranks what stands there.  Twice from one place is refused. */
BW_MUST_USE bw_code bw_option_set(struct bw_options *o, enum bw_opt opt, struct bw_str text, enum bw_opt_from from,
                                  const char *where, struct bw_error *err);
/* "no setting is called …; did you mean …?" */
bw_code bw_option_unknown(struct bw_str name, const char *where, struct bw_error *err);
/* BAGWATCH_STREAM_LISTEN of stream-listen. */
void bw_option_environment_name(enum bw_opt opt, char to[64]);

#endif
