/* SPDX-License-Identifier: Apache-2.0 */
/* replay.c - runs a fuzz target over its saved inputs, and over small mutations of each, without libFuzzer.
 * The mutations come from a fixed seed, so that a run is the same everywhere.  An empty or missing corpus is a failure:
 * a target that was fed nothing has proven nothing.  Usage: fuzz.<x> FOLDER */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LONGEST_INPUT = 1 << 20, MUTATIONS = 64 };

static uint64_t seed = 0x9e3779b97f4a7c15U;

/* xorshift64*, enough to pick bytes with */
static uint64_t next(void)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return seed * 0x2545f4914f6cdd1dU;
}

/* Each run gets memory of just its size, so that a sanitizer sees the first byte read past the end. */
static void run(const uint8_t *bytes, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact)
        abort();
    if (size)
        memcpy(exact, bytes, size);
    if (LLVMFuzzerTestOneInput(exact, size))
        abort();
    free(exact);
}

static void mutate(uint8_t *bytes, size_t size)
{
    static const uint8_t telling[] = { 0, '\n', '\r', '"', '\\', '/', '.', '{', '[', '0', '9', 0x7f, 0x80, 0xc0, 0xff };
    for (int round = 0; round < MUTATIONS && size > 0; round++) {
        size_t at = next() % size;
        uint8_t was = bytes[at];
        bytes[at] = round % 2 ? telling[next() % sizeof(telling)] : (uint8_t)next();
        run(bytes, size);
        bytes[at] = was;
        run(bytes, next() % size); /* cut off */
    }
}

static int replay_file(const char *path)
{
    static uint8_t bytes[LONGEST_INPUT];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    size_t size = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    run(bytes, size);
    mutate(bytes, size);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 64;
    DIR *folder = opendir(argv[1]);
    if (!folder) {
        perror(argv[1]);
        return 1;
    }
    int files = 0, failed = 0;
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        char path[4096];
        struct stat st;
        snprintf(path, sizeof(path), "%s/%s", argv[1], entry->d_name);
        if (stat(path, &st) || !S_ISREG(st.st_mode))
            continue;
        files++;
        failed += replay_file(path);
    }
    closedir(folder);
    run((const uint8_t *)"", 0);
    printf("%d saved inputs, each with %d mutations\n", files, 2 * MUTATIONS);
    return files == 0 || failed ? 1 : 0;
}
