// An open-loop load generator for HTTP/1.1: requests fall due at a fixed rate, whatever the server does.
//
// A closed loop (wrk) waits for an answer before it sends the next request, so a stall of the server is
// seen by as many requests as there are connections. Here request number i is due at start + i / rate; its
// latency counts from then, the wait for a free connection included. One thread, keep-alive.
//
//     rate PORT CONNECTIONS RATE SECONDS REQUESTS
//
// REQUESTS is a file of requests, each "LENGTH\n" and then that many bytes; they are sent in turn. Prints one
// JSON object: requests, errors, the seconds that it took, and latencies in microseconds.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  connections_max = 4096,
  requests_max = 1 << 20,
  read_bytes = 1 << 18,
  head_bytes_max = 1 << 14,
  drain_seconds = 10,
};

typedef struct { const char *bytes; size_t size; } Request;

// One keep-alive connection with at most one request under way.
typedef struct {
  int fd;
  bool waits_for_room;
  size_t sent;  // of the request under way
  const Request *request;
  uint64_t due_ns;
  size_t head_size;   // of the answer's head, read so far into `head`
  int64_t body_left;  // -1 while the head is incomplete
  int status;
  char head[head_bytes_max];
} Connection;

static Connection *connections;
static int *idle;
static int idle_count;
static int epoll_fd;
static uint64_t *latencies;
static uint64_t done, errors;
static char buffer[read_bytes];

static void fail(const char *what) {
  fprintf(stderr, "rate: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static Request *load_requests(const char *path, size_t *count) {
  FILE *file = fopen(path, "rb");
  if (!file) fail(path);
  Request *requests = calloc(requests_max, sizeof *requests);
  size_t size;
  *count = 0;
  while (*count < requests_max && fscanf(file, "%zu%*1[\n]", &size) == 1) {
    char *bytes = malloc(size);
    if (fread(bytes, 1, size, file) != size) fail("a request is cut off");
    requests[(*count)++] = (Request){bytes, size};
  }
  if (*count == 0) fail("no requests");
  fclose(file);
  return requests;
}

static void open_connection(Connection *connection, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(connection->fd, (struct sockaddr *)&address, sizeof address)) fail("connect");
  int on = 1;
  setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(connection->fd, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, connection->fd, &event)) fail("epoll_ctl");
}

// Writes what is left of the request; asks to be told when there is room for the rest.
static void send_rest(Connection *connection) {
  const Request *request = connection->request;
  while (connection->sent < request->size) {
    ssize_t count = write(
        connection->fd, request->bytes + connection->sent, request->size - connection->sent);
    if (count < 0 && errno != EAGAIN) fail("write");
    if (count < 0) break;
    connection->sent += (size_t)count;
  }
  bool must_wait = connection->sent < request->size;
  if (must_wait == connection->waits_for_room) return;
  connection->waits_for_room = must_wait;
  struct epoll_event event = {
    .events = must_wait ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.ptr = connection};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, connection->fd, &event)) fail("epoll_ctl");
}

static void start_request(Connection *connection, const Request *request, uint64_t due_ns) {
  connection->request = request;
  connection->sent = 0;
  connection->due_ns = due_ns;
  connection->head_size = 0;
  connection->body_left = -1;
  send_rest(connection);
}

static void finish_request(Connection *connection) {
  latencies[done++] = now_ns() - connection->due_ns;
  if (connection->status >= 400) errors++;
  idle[idle_count++] = (int)(connection - connections);
}

// Takes bytes of the answer: head until the empty line, then as much body as Content-Length says.
static void take(Connection *connection, const char *bytes, size_t count) {
  if (connection->body_left < 0) {
    size_t room = head_bytes_max - 1 - connection->head_size;
    size_t taken = count < room ? count : room;
    memcpy(connection->head + connection->head_size, bytes, taken);
    connection->head_size += taken;
    connection->head[connection->head_size] = 0;
    char *end = strstr(connection->head, "\r\n\r\n");
    if (!end && connection->head_size == head_bytes_max - 1) fail("the answer's head is too long");
    if (!end) return;
    end[2] = 0;
    connection->status = atoi(connection->head + 9);
    char *length = strcasestr(connection->head, "\r\ncontent-length:");
    connection->body_left = length ? atoll(length + 17) : 0;
    size_t head = (size_t)(end + 4 - connection->head);
    size_t before = connection->head_size - taken;
    bytes += head - before;
    count -= head - before;
  }
  connection->body_left -= (int64_t)count;
  if (connection->body_left == 0) finish_request(connection);
}

static void read_answer(Connection *connection) {
  for (;;) {
    ssize_t count = read(connection->fd, buffer, sizeof buffer);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
      errno = count ? errno : ECONNRESET;
      fail("the server closed a connection");
    }
    take(connection, buffer, (size_t)count);
    if ((size_t)count < sizeof buffer) return;
  }
}

static int by_value(const void *left, const void *right) {
  uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return (a > b) - (a < b);
}

static double percentile(double part) {
  return done ? (double)latencies[(uint64_t)(part * (double)(done - 1))] / 1000 : 0;
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: rate PORT CONNECTIONS RATE SECONDS REQUESTS\n");
    return 2;
  }
  int port = atoi(argv[1]), connection_count = atoi(argv[2]);
  double rate = atof(argv[3]), seconds = atof(argv[4]);
  if (connection_count < 1 || connection_count > connections_max || rate <= 0) return 2;
  size_t request_count;
  Request *requests = load_requests(argv[5], &request_count);
  uint64_t total = (uint64_t)(rate * seconds);
  latencies = calloc(total + 1, sizeof *latencies);
  connections = calloc((size_t)connection_count, sizeof *connections);
  idle = calloc((size_t)connection_count, sizeof *idle);
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  for (int index = 0; index < connection_count; index++) {
    open_connection(&connections[index], port);
    idle[idle_count++] = index;
  }
  // Else the kernel may wake a sleeper 50 µs late, which would count as the server's latency.
  prctl(PR_SET_TIMERSLACK, 1);

  uint64_t start = now_ns(), started = 0, end = start + (uint64_t)(seconds * 1e9);
  uint64_t give_up = end + (uint64_t)drain_seconds * 1000000000;
  struct epoll_event events[256];
  while (done < total && now_ns() < give_up) {
    uint64_t now = now_ns(), due;
    while (started < total && idle_count > 0
           && (due = start + (uint64_t)((double)started * 1e9 / rate)) <= now) {
      const Request *request = &requests[started++ % request_count];
      start_request(&connections[idle[--idle_count]], request, due);
    }
    struct timespec wait = {0, 1000000};
    if (started < total && idle_count > 0) {
      due = start + (uint64_t)((double)started * 1e9 / rate);
      now = now_ns();
      wait.tv_nsec = due > now ? (long)(due - now < 1000000 ? due - now : 1000000) : 0;
    }
    int count = epoll_pwait2(epoll_fd, events, 256, &wait, NULL);
    for (int index = 0; index < count; index++) {
      Connection *connection = events[index].data.ptr;
      if (events[index].events & EPOLLOUT) send_rest(connection);
      if (events[index].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_answer(connection);
    }
  }
  double took = (double)(now_ns() - start) / 1e9;
  errors += total - done;
  qsort(latencies, done, sizeof *latencies, by_value);
  printf("{\"requests\":%llu,\"errors\":%llu,\"seconds\":%.3f,\"p50_us\":%.1f,\"p99_us\":%.1f,"
         "\"p999_us\":%.1f,\"max_us\":%.1f}\n",
         (unsigned long long)done, (unsigned long long)errors, took, percentile(0.5),
         percentile(0.99), percentile(0.999), percentile(1));
  return 0;
}
