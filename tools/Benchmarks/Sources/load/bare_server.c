#define _GNU_SOURCE
// What the load generator can do at best: a server that does nothing but answer. It speaks the
// frames and envelopes of the real one, acknowledges every command, and sends one event a command
// to whoever subscribed, all of a turn's in one frame.
#include <string.h>

#include "run.h"
#include "wire.h"

enum { UPGRADING, SERVING, SUBSCRIBED };

// A pushed entry of a MoveStarted is about this long.
enum { EVENT_BYTES = 64 };

typedef struct {
  uint64_t position;
  unsigned unpushed;  // Events of this turn.
  buffer push;
} bare;

static void opened(loop *l, connection *c) {
  (void)l;
  (void)c;
}

static void closed(loop *l, connection *c) {
  (void)l;
  (void)c;
}

static void reply(connection *c, uint64_t id, unsigned kind, uint64_t position) {
  writer w;
  writer_init(&w);
  const uint8_t *end = w.at;
  put_varint_field(&w, 1, position);
  wrap_field(&w, kind, end);
  put_varint_field(&w, 1, id);
  size_t count = writer_count(&w);
  uint8_t *to = buffer_reserve(&c->out, count + 14);
  size_t head = write_frame_head(to, FRAME_BINARY, count, false);
  memcpy(to + head, w.at, count);
  c->out.end += head + count;
}

static size_t received(loop *l, connection *c, const uint8_t *bytes, size_t count) {
  static const char switching[] = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
  bare *b = l->context;
  size_t used = 0;
  if (c->phase == UPGRADING) {
    const uint8_t *end = memmem(bytes, count, "\r\n\r\n", 4);
    if (!end) return 0;
    buffer_append(&c->out, switching, sizeof switching - 1);
    c->phase = SERVING;
    used = (size_t)(end + 4 - bytes);
  }
  frame f;
  for (size_t length; (length = read_frame(bytes + used, count - used, &f)); used += length) {
    field request, id = {0};
    while (next_field(&f.payload, &request)) {
      if (request.number == 1) id = request;
      if (request.number == CLIENT_COMMAND) b->unpushed++;
      if (request.number == CLIENT_SUBSCRIBE) c->phase = SUBSCRIBED;
    }
    reply(c, id.value, c->phase == SUBSCRIBED ? SERVER_SUBSCRIBED : SERVER_ACKNOWLEDGED,
          ++b->position);
  }
  return used;
}

static void push_events(loop *l, bare *b) {
  static const uint8_t entry[2 + EVENT_BYTES] = {10, EVENT_BYTES};
  uint8_t head[32];
  writer w;
  writer_init(&w);
  size_t count = b->unpushed * sizeof entry;
  // The push's tag and length, then the frame's head before them.
  w.room[0] = SERVER_PUSH << 3 | 2;
  size_t prefix = 1;
  for (size_t rest = count;; rest >>= 7) {
    w.room[prefix++] = (uint8_t)(rest & 127) | (rest > 127 ? 128 : 0);
    if (rest <= 127) break;
  }
  size_t head_count = write_frame_head(head, FRAME_BINARY, prefix + count, false);
  b->push.start = b->push.end = 0;
  buffer_append(&b->push, head, head_count);
  buffer_append(&b->push, w.room, prefix);
  for (; b->unpushed > 0; b->unpushed--) buffer_append(&b->push, entry, sizeof entry);
  for (int i = 0; i < l->count; i++) {
    connection *c = l->connections[i];
    if (c->fd < 0 || c->phase != SUBSCRIBED) continue;
    buffer_append(&c->out, b->push.bytes, b->push.end);
    connection_flush(l, c);
  }
}

int run_bare_server(const options *o) {
  static const protocol bare_protocol = {.opened = opened, .received = received, .closed = closed};
  static bare b;
  static loop l;
  loop_init(&l, &bare_protocol, &b);
  loop_listen(&l, o->port);
  for (;;) {
    loop_turn(&l, clock_ns() + 1000000000);
    if (b.unpushed > 0) push_events(&l, &b);
  }
}
