/* SPDX-License-Identifier: Apache-2.0 */
/* cluster_pid.c - is there a living postmaster of this cluster?  postmaster.pid (src/include/utils/pidfile.h) has its
 * id in line 1 and its socket folder in line 5; a living one has the cluster as its working folder, which tells it from
 * a stranger that got the same id. */
#include "cluster_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "datadir.h"

bool bw_cluster_alive(const struct bw_cluster *c, pid_t pid)
{
    char link[64], cwd[PATH_MAX], real[PATH_MAX];
    snprintf(link, sizeof(link), "/proc/%ld/cwd", (long)pid);
    ssize_t n = readlink(link, cwd, sizeof(cwd) - 1); /* of a zombie: fails */
    if (n < 0 || !realpath(c->pg, real))
        return false;
    cwd[n] = '\0';
    return strcmp(cwd, real) == 0;
}

bool bw_cluster_running(struct bw_cluster *c)
{
    enum { PID_LINE = 1, SOCKET_LINE = 5 };
    char path[PATH_MAX], text[PATH_MAX];
    snprintf(path, sizeof(path), "%s/postmaster.pid", c->pg);
    if (!bw_read_file(path, text, sizeof(text)))
        return false;
    struct bw_str rest = bw_str_c(text), socket = BW_STR_NONE;
    int64_t pid = 0;
    for (int line = 1; rest.p && line <= SOCKET_LINE; line++) {
        struct bw_str s = bw_str_trim(bw_str_split(&rest, '\n'));
        if (line == PID_LINE && !bw_str_to_i64(s, 1, INT32_MAX, &pid))
            return false;
        if (line == SOCKET_LINE)
            socket = s;
    }
    if (pid && waitpid((pid_t)pid, NULL, WNOHANG) == (pid_t)pid) /* our own child that has just ended */
        c->child = false;
    bool named = bw_str_copy(socket, c->socket_dir, sizeof(c->socket_dir)) && socket.n;
    if (!pid || !bw_cluster_alive(c, (pid_t)pid)) {
        unlink(path); /* under pg.start's lock: else the server would take a stranger's id for a living server's */
        return false;
    }
    c->pid = (pid_t)pid;
    return named;
}
