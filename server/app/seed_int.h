/* SPDX-License-Identifier: Apache-2.0 */
/* seed_int.h - the embedded files of schema/seed (server/app/layer.cmake).  Layer: app. */
#ifndef BW_APP_SEED_INT_H
#define BW_APP_SEED_INT_H

#include "bw/storage/migrate.h"

/* Named by their file name without ".csv". */
extern const struct bw_scripts bw_seeds;

#endif
