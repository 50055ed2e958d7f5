#define _GNU_SOURCE
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SCRATCH_BYTES = 1 << 20, EVENTS_MAX = 512 };

// Every read goes here first: a connection has memory of its own only for an unfinished message.
static uint8_t scratch[SCRATCH_BYTES];

void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("load: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

int64_t clock_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

uint8_t *buffer_reserve(buffer *b, size_t count) {
  if (b->start == b->end) b->start = b->end = 0;
  if (b->end + count > b->capacity) {
    b->capacity = (b->end + count) * 2;
    b->bytes = realloc(b->bytes, b->capacity);
    if (!b->bytes) fail("out of memory");
  }
  return b->bytes + b->end;
}

void buffer_append(buffer *b, const void *bytes, size_t count) {
  memcpy(buffer_reserve(b, count), bytes, count);
  b->end += count;
}

void loop_init(loop *l, const protocol *p, void *context) {
  *l = (loop){.epoll = epoll_create1(0), .listener = -1, .protocol = p, .context = context};
  if (l->epoll < 0) fail("epoll: %s", strerror(errno));
  l->now_ns = clock_ns();
}

static void watch(loop *l, connection *c, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  if (epoll_ctl(l->epoll, operation, c->fd, &event)) fail("epoll: %s", strerror(errno));
}

static connection *adopt(loop *l, int fd) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  connection *c = calloc(1, sizeof *c);
  l->connections = realloc(l->connections, sizeof(connection *) * (size_t)(l->count + 1));
  if (!c || !l->connections) fail("out of memory");
  c->fd = fd;
  c->index = l->count;
  l->connections[l->count++] = c;
  watch(l, c, EPOLL_CTL_ADD, EPOLLIN);
  l->protocol->opened(l, c);
  connection_flush(l, c);
  return c;
}

static struct sockaddr_in loopback(int port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET,
      .sin_port = htons((uint16_t)port),
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
  };
}

connection *loop_connect(loop *l, int port) {
  struct sockaddr_in address = loopback(port);
  // One address has 28,000 ports at most, and this machine has many addresses of its own.
  struct sockaddr_in source = loopback(0);
  source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(l->count / 20000));
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  if (fd < 0 || setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) ||
      bind(fd, (struct sockaddr *)&source, sizeof source) || connect(fd, (struct sockaddr *)&address, sizeof address))
    fail("cannot connect to port %d: %s", port, strerror(errno));
  return adopt(l, fd);
}

void loop_listen(loop *l, int port) {
  struct sockaddr_in address = loopback(port);
  int on = 1;
  l->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  setsockopt(l->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(l->listener, (struct sockaddr *)&address, sizeof address) || listen(l->listener, 1024))
    fail("cannot listen at port %d: %s", port, strerror(errno));
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->listener, &event)) fail("epoll: %s", strerror(errno));
}

void connection_gather(connection *c, int bytes) {
  if (c->fd >= 0) setsockopt(c->fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes);
}

void connection_ignore(loop *l, connection *c) {
  int bytes = 4096;
  setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  watch(l, c, EPOLL_CTL_DEL, 0);
}

void connection_close(loop *l, connection *c) {
  if (c->fd < 0) return;
  close(c->fd);
  c->fd = -1;
  free(c->rest);
  free(c->out.bytes);
  c->rest = NULL;
  c->out = (buffer){0};
  c->rest_count = c->rest_capacity = 0;
  l->protocol->closed(l, c);
}

void connection_flush(loop *l, connection *c) {
  while (c->fd >= 0 && c->out.start < c->out.end) {
    ssize_t count = send(c->fd, c->out.bytes + c->out.start, c->out.end - c->out.start,
                         MSG_NOSIGNAL);
    if (count >= 0) {
      c->out.start += (size_t)count;
    } else if (errno == EAGAIN) {
      if (!c->blocked) watch(l, c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
      c->blocked = true;
      return;
    } else if (errno != EINTR) {
      connection_close(l, c);
      return;
    }
  }
  if (c->fd >= 0 && c->blocked) watch(l, c, EPOLL_CTL_MOD, EPOLLIN);
  c->blocked = false;
}

static void keep_rest(connection *c, const uint8_t *bytes, size_t count) {
  if (count > c->rest_capacity) {
    c->rest_capacity = count * 2;
    free(c->rest);
    c->rest = malloc(c->rest_capacity);
    if (!c->rest) fail("out of memory");
  }
  if (count) memcpy(c->rest, bytes, count);
  c->rest_count = count;
}

static void receive(loop *l, connection *c) {
  if (c->rest_count) memcpy(scratch, c->rest, c->rest_count);
  ssize_t count = recv(c->fd, scratch + c->rest_count, SCRATCH_BYTES - c->rest_count, 0);
  if (count <= 0) {
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) connection_close(l, c);
    return;
  }
  size_t total = c->rest_count + (size_t)count;
  size_t used = l->protocol->received(l, c, scratch, total);
  if (c->fd < 0) return;
  if (used == 0 && total == SCRATCH_BYTES) fail("a message of more than %d bytes", SCRATCH_BYTES);
  keep_rest(c, scratch + used, total - used);
  connection_flush(l, c);
}

void loop_turn(loop *l, int64_t until_ns) {
  struct epoll_event events[EVENTS_MAX];
  int64_t wait_ms = (until_ns - clock_ns() + 999999) / 1000000;
  int count = epoll_wait(l->epoll, events, EVENTS_MAX, wait_ms > 0 ? (int)wait_ms : 0);
  l->now_ns = clock_ns();
  for (int i = 0; i < count; i++) {
    connection *c = events[i].data.ptr;
    if (!c) {
      int fd;
      while ((fd = accept4(l->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) adopt(l, fd);
      continue;
    }
    if (c->fd >= 0 && (events[i].events & EPOLLOUT)) connection_flush(l, c);
    if (c->fd >= 0 && (events[i].events & ~(uint32_t)EPOLLOUT)) receive(l, c);
  }
}
