#pragma once
// No _GNU_SOURCE here or in the other shims: Swift's own Glibc module is built without it, and fd_set would
// have two definitions. What only GNU declares is declared by hand below.
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

// accept4(2).
extern int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);

// dup3(2).
extern int dup3(int descriptor, int number, int flags);

// O_DIRECT of open(2).
enum { PICBED_O_DIRECT = __O_DIRECT };

// sync_file_range(2).
enum { PICBED_SYNC_FILE_RANGE_WRITE = 2 };
extern int sync_file_range(int file, off_t offset, off_t count, unsigned flags);

// preadv2(2).
enum { PICBED_RWF_NOWAIT = 8 };
extern ssize_t preadv2(int file, const struct iovec *parts, int count, off_t offset, int flags);

// prctl(2) is variadic, which Swift cannot call.
// The signal this process gets when the thread that started it ends.
static inline int picbed_set_parent_death_signal(int signal) {
  return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0);
}

// The calling thread's name, at most 15 bytes, as ps and perf show it.
static inline int picbed_set_thread_name(const char *name) {
  return prctl(PR_SET_NAME, name, 0, 0, 0);
}

// sendmsg(2) and recvmsg(2) with open descriptors beside the bytes (SCM_RIGHTS, unix(7)): CMSG_… are macros.
enum { picbed_descriptors_max = 64 };

static inline ssize_t picbed_send_packet(
    int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count) {
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int) * picbed_descriptors_max)];
  } control;
  struct iovec part = {(void *)bytes, count};
  struct msghdr message = {0};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptor_count > 0 && descriptor_count <= picbed_descriptors_max) {
    size_t length = sizeof(int) * descriptor_count;
    memset(&control, 0, sizeof control);
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(length);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(length);
    memcpy(CMSG_DATA(header), descriptors, length);
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL);
}

// `descriptors` has room for picbed_descriptors_max; those that came are close-on-exec.
static inline ssize_t picbed_receive_packet(
    int socket, void *bytes, size_t capacity, int *descriptors, size_t *descriptor_count) {
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int) * picbed_descriptors_max)];
  } control;
  struct iovec part = {bytes, capacity};
  struct msghdr message = {0};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  *descriptor_count = 0;
  ssize_t count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (count < 0) return count;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    size_t length = header->cmsg_len - CMSG_LEN(0);
    memcpy(descriptors, CMSG_DATA(header), length);
    *descriptor_count = length / sizeof(int);
  }
  return count;
}
