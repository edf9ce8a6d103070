/* SPDX-License-Identifier: Apache-2.0 */
/* door_group.h - one door for all tests of a program, as cmocka's group set-up and tear-down: opened at ten in the
 * morning of the story, closed behind the last.  Layer: tests.  Owns: the door, and the second writer where one is
 * asked for. */
#ifndef BW_TESTS_DOOR_GROUP_H
#define BW_TESTS_DOOR_GROUP_H

#include "door.h"
#include "posts.h"

static struct bwt_door door;

static inline int door_start(void **state)
{
    (void)state;
    bwt_door_open(&door, "2026-11-20T10:00:00Z");
    return 0;
}

static inline int door_stop(void **state)
{
    (void)state;
    bwt_door_close(&door);
    return 0;
}

/* The same with another instance's writer on the same database: door.other. */
static inline int door_start_two(void **state)
{
    (void)door_start(state);
    door.other = bwt_writer_new(&door, "two");
    return 0;
}

static inline int door_stop_two(void **state)
{
    posts_end(door.other);
    return door_stop(state);
}

#endif
