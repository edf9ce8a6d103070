/* SPDX-License-Identifier: Apache-2.0 */
/* child.c - fork, become somebody, exec; between fork and exec only what a threaded process may do. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NAP_MS = 5, FD_MOST = 65536, USER_TEXTS = 4096 };

void bw_nap(int ms)
{
    struct timespec ts = { ms / 1000, (long)(ms % 1000) * 1000000 };
    nanosleep(&ts, NULL);
}

static bool keep_user(const struct passwd *pw, struct bw_user *ret)
{
    struct bw_user u = { .uid = pw ? pw->pw_uid : 0, .gid = pw ? pw->pw_gid : 0 };
    if (!pw || !bw_str_copy(bw_str_c(pw->pw_name), u.name, sizeof(u.name)))
        return false;
    *ret = u;
    return true;
}

bool bw_user_named(const char *name, struct bw_user *ret)
{
    struct passwd space, *found = NULL;
    char texts[USER_TEXTS];
    return getpwnam_r(name, &space, texts, sizeof(texts), &found) == 0 && keep_user(found, ret);
}

bool bw_user_with_id(uid_t uid, struct bw_user *ret)
{
    struct passwd space, *found = NULL;
    char texts[USER_TEXTS];
    return getpwuid_r(uid, &space, texts, sizeof(texts), &found) == 0 && keep_user(found, ret);
}

static void become_default(void)
{
    sigset_t none;
    const struct sigaction plain = { .sa_handler = SIG_DFL };
    for (int sig = 1; sig < NSIG; sig++)
        sigaction(sig, &plain, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The child: never returns. */
static BW_NORETURN void run(const struct bw_child_options *o, const struct bw_user *who)
{
    static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    static char locale[] = "LC_ALL=C.UTF-8", zone[] = "TZ=UTC";
    char *const env[] = { path, locale, zone, NULL };
    setsid();
    become_default();
    int in = open("/dev/null", O_RDONLY);
    int out = open(o->out_path ? o->out_path : "/dev/null", O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
        _exit(126);
    long most = sysconf(_SC_OPEN_MAX);
    if (close_range(3, ~0U, 0) != 0)
        for (int fd = 3; fd < (most > 0 && most < FD_MOST ? (int)most : FD_MOST); fd++)
            close(fd);
    if (o->user && (setgroups(1, &who->gid) != 0 || setgid(who->gid) != 0 || setuid(who->uid) != 0))
        _exit(126);
    if (chdir(o->dir ? o->dir : "/") != 0)
        _exit(126);
    union {
        const char *const *from;
        char *const *to; /* execve changes nothing; its type is older than const */
    } argv = { .from = o->argv };
    execve(o->argv[0], argv.to, env);
    _exit(127);
}

bw_code bw_child_start(const struct bw_child_options *o, pid_t *ret, struct bw_error *err)
{
    struct bw_user who = { 0 };
    if (o->user && !bw_user_named(o->user, &who))
        return bw_fail(err, BW_E_CONFIG, NULL, "no system user %s", o->user);
    pid_t pid = fork();
    if (pid < 0)
        return bw_fail(err, BW_E_IO, NULL, "fork: errno %d", errno);
    if (pid == 0)
        run(o, &who);
    *ret = pid;
    return BW_OK;
}

bw_code bw_child_wait(pid_t pid, const char *what, bw_time mono, struct bw_error *err)
{
    int status = 0;
    bool killed = false;
    for (;;) {
        pid_t got = waitpid(pid, &status, WNOHANG);
        if (got == pid)
            break;
        if (got < 0 && errno != EINTR)
            return bw_fail(err, BW_E_IO, NULL, "%s: waiting: errno %d", what, errno);
        if (!killed && bw_clock_mono() > mono) {
            kill(pid, SIGKILL);
            killed = true;
        }
        bw_nap(NAP_MS);
    }
    if (killed)
        return bw_fail(err, BW_E_IO, NULL, "%s took too long", what);
    if (WIFSIGNALED(status))
        return bw_fail(err, BW_E_IO, NULL, "%s ended by signal %d", what, WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        return bw_fail(err, BW_E_IO, NULL, "%s ended with status %d", what, WEXITSTATUS(status));
    return BW_OK;
}

bw_code bw_child_run(const struct bw_child_options *o, bw_time limit_us, struct bw_error *err)
{
    pid_t pid;
    bw_code code = bw_child_start(o, &pid, err);
    if (code != BW_OK)
        return code;
    return bw_child_wait(pid, o->argv[0], bw_clock_mono() + limit_us, err);
}
