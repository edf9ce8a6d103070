/* SPDX-License-Identifier: Apache-2.0 */
/* attr.h - compiler attributes and the one assertion of the house.
 * BW_ASSERT marks our own bugs and stays in release builds; what a client does wrong never asserts.
 * Layer: base.  Threads: any. */
#ifndef BW_BASE_ATTR_H
#define BW_BASE_ATTR_H

#define BW_CLEANUP(fn) __attribute__((cleanup(fn)))
#define BW_MUST_USE __attribute__((warn_unused_result))
#define BW_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define BW_NORETURN __attribute__((noreturn))
#define BW_UNUSED __attribute__((unused))

/* Prints where and what, then aborts.  Never returns. */
BW_NORETURN void bw_assert_failed(const char *what, const char *file, int line);

#define BW_ASSERT(cond) ((cond) ? (void)0 : bw_assert_failed(#cond, __FILE__, __LINE__))

#define BW_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
