// Sockets, many of them, on one thread: what the load generator and the bare server share.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bytes that wait to be written.
typedef struct {
  uint8_t *bytes;
  size_t start, end, capacity;
} buffer;

// Room for `count` more bytes; they count once `end` is moved past them.
uint8_t *buffer_reserve(buffer *b, size_t count);
void buffer_append(buffer *b, const void *bytes, size_t count);

typedef struct {
  int fd;     // -1 once closed.
  int index;  // In the order of connecting.
  int phase;  // Means what the protocol makes of it; 0 at first.
  bool blocked;
  buffer out;
  uint8_t *rest;  // The beginning of a message whose end has not come yet.
  size_t rest_count, rest_capacity;
} connection;

typedef struct loop loop;

// What a protocol does. `context` is the loop's.
typedef struct {
  // A connection is open.
  void (*opened)(loop *l, connection *c);
  // Bytes came. Returns how many were used; the rest is shown again with what follows.
  size_t (*received)(loop *l, connection *c, const uint8_t *bytes, size_t count);
  // The other side closed, or broke the protocol.
  void (*closed)(loop *l, connection *c);
} protocol;

struct loop {
  int epoll, listener;
  const protocol *protocol;
  void *context;
  connection **connections;
  int count;
  int64_t now_ns;  // As of the latest wake-up.
};

int64_t clock_ns(void);

void loop_init(loop *l, const protocol *p, void *context);
// Opens a connection to a port of this machine. Ends the program where that fails.
connection *loop_connect(loop *l, int port);
// Accepts connections at a port of this machine.
void loop_listen(loop *l, int port);
// Waits for what comes, until the time given at most, and deals with it.
void loop_turn(loop *l, int64_t until_ns);
// Writes what waits. Called for the connection that received; others' writers call it themselves.
void connection_flush(loop *l, connection *c);
// From now on wakes up for this connection only when so many bytes have come; 1 is the usual. It
// keeps a thousand readers from costing the generator more than what is measured.
void connection_gather(connection *c, int bytes);
// From now on reads nothing that comes, and leaves it little room to wait in.
void connection_ignore(loop *l, connection *c);
void connection_close(loop *l, connection *c);

// Ends the program with a message.
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
