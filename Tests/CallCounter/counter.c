// A library to be loaded into picbed (LD_PRELOAD, ld.so(8)): counts its memory allocations and system calls into a
// file, CALL_COUNTS with the pid behind a dot, that a test reads while picbed runs.
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "counter.h"

static _Atomic uint64_t before_start[call_kinds];
static _Atomic uint64_t *counts = before_start;

__attribute__((constructor)) static void start(void) {
  const char *prefix = getenv("CALL_COUNTS");
  if (!prefix) return;
  // Not for its children: redis-server has an allocator of its own.
  unsetenv("LD_PRELOAD");
  char path[4096];
  snprintf(path, sizeof path, "%s.%d", prefix, getpid());
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return;
  if (ftruncate(file, sizeof before_start) == 0) {
    void *map = mmap(NULL, sizeof before_start, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (map != MAP_FAILED) counts = map;
  }
  close(file);
}

static void count(enum call_kind kind) {
  atomic_fetch_add_explicit(&counts[kind], 1, memory_order_relaxed);
}

// glibc's own names for what is replaced here.
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) {
  count(call_allocate);
  return __libc_malloc(size);
}

void *calloc(size_t items, size_t size) {
  count(call_allocate);
  return __libc_calloc(items, size);
}

void *realloc(void *old, size_t size) {
  count(call_allocate);
  return __libc_realloc(old, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
  count(call_allocate);
  void *memory = __libc_memalign(alignment, size);
  if (!memory) return ENOMEM;
  *out = memory;
  return 0;
}

void *aligned_alloc(size_t alignment, size_t size) {
  count(call_allocate);
  return __libc_memalign(alignment, size);
}

// The calls that serving makes. The system call itself, since the functions of this name are these here.
ssize_t recv(int socket, void *buffer, size_t size, int flags) {
  count(call_system);
  return syscall(SYS_recvfrom, socket, buffer, size, flags, NULL, NULL);
}

ssize_t send(int socket, const void *buffer, size_t size, int flags) {
  count(call_system);
  return syscall(SYS_sendto, socket, buffer, size, flags, NULL, 0);
}

ssize_t sendmsg(int socket, const struct msghdr *message, int flags) {
  count(call_system);
  return syscall(SYS_sendmsg, socket, message, flags);
}

ssize_t sendfile(int out, int in, off_t *offset, size_t size) {
  count(call_system);
  return syscall(SYS_sendfile, out, in, offset, size);
}

int epoll_wait(int epoll, struct epoll_event *events, int max, int timeout) {
  count(call_system);
  return (int)syscall(SYS_epoll_wait, epoll, events, max, timeout);
}

int epoll_ctl(int epoll, int operation, int descriptor, struct epoll_event *event) {
  count(call_system);
  return (int)syscall(SYS_epoll_ctl, epoll, operation, descriptor, event);
}

ssize_t read(int file, void *buffer, size_t size) {
  count(call_system);
  return syscall(SYS_read, file, buffer, size);
}

ssize_t write(int file, const void *buffer, size_t size) {
  count(call_system);
  return syscall(SYS_write, file, buffer, size);
}

int shutdown(int socket, int how) {
  count(call_system);
  return (int)syscall(SYS_shutdown, socket, how);
}

int close(int descriptor) {
  count(call_system);
  return (int)syscall(SYS_close, descriptor);
}

int accept4(int socket, struct sockaddr *address, socklen_t *size, int flags) {
  count(call_system);
  return (int)syscall(SYS_accept4, socket, address, size, flags);
}
