#pragma once
// No _GNU_SOURCE here or in the other shims: Swift's own Glibc module is built without it, and fd_set would
// have two definitions. What only GNU declares is declared by hand below.
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

// accept4(2).
extern int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);

// prctl(2) is variadic, which Swift cannot call.
// The signal this process gets when the thread that started it ends.
static inline int picbed_set_parent_death_signal(int signal) {
  return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0);
}

// The calling thread's name, at most 15 bytes, as ps and perf show it.
static inline int picbed_set_thread_name(const char *name) {
  return prctl(PR_SET_NAME, name, 0, 0, 0);
}
