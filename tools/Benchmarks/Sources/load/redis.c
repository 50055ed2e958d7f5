// The same shapes against Redis: XADD to a stream, and PUBLISH to a channel with subscribers.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

enum { GREETING, READY };

typedef struct {
  const options *options;
  tally tally;
  int ready;
  int subscribed_from;     // Connections from this one on are subscribers.
  char request[512];
  size_t request_count;
  size_t delivery_bytes;   // One published event's, as a subscriber receives it.
  int64_t **sent_ns;       // By connection: when its requests were sent, as a ring.
  unsigned *first, *next;  // By connection: the ring's ends.
} store;

static void send_request(store *s, loop *l, connection *c) {
  buffer_append(&c->out, s->request, s->request_count);
  s->sent_ns[c->index][s->next[c->index]++ % (unsigned)s->options->in_flight] = l->now_ns;
  s->tally.outstanding++;
}

static void opened(loop *l, connection *c) {
  store *s = l->context;
  const char *greeting = c->index >= s->subscribed_from
                             ? "*2\r\n$9\r\nSUBSCRIBE\r\n$6\r\nregion\r\n"
                             : "*1\r\n$4\r\nPING\r\n";
  buffer_append(&c->out, greeting, strlen(greeting));
}

static void closed(loop *l, connection *c) {
  store *s = l->context;
  (void)c;
  s->tally.closed++;
}

// The length of one reply of any kind, or 0 when its end has not come yet. Replies here are
// simple: a line, or a length and a string of it.
static size_t reply_length(const uint8_t *bytes, size_t count) {
  const uint8_t *line = memchr(bytes, '\n', count);
  if (!line) return 0;
  size_t length = (size_t)(line + 1 - bytes);
  if (bytes[0] == '$') length += strtoul((const char *)bytes + 1, NULL, 10) + 2;
  return length <= count ? length : 0;
}

static size_t received_by_subscriber(store *s, connection *c, size_t count) {
  static const size_t confirmation = sizeof "*3\r\n$9\r\nsubscribe\r\n$6\r\nregion\r\n:1\r\n" - 1;
  size_t used = 0;
  if (c->phase == GREETING) {
    if (count < confirmation) return 0;
    used = confirmation;
    c->phase = READY;
    s->ready++;
  }
  // All deliveries have the same length: they can be counted without being looked at.
  size_t deliveries = (count - used) / s->delivery_bytes;
  s->tally.deliveries_ever += deliveries;
  if (s->tally.measuring) s->tally.deliveries += deliveries;
  return used + deliveries * s->delivery_bytes;
}

static size_t received(loop *l, connection *c, const uint8_t *bytes, size_t count) {
  store *s = l->context;
  if (c->index >= s->subscribed_from) return received_by_subscriber(s, c, count);
  size_t used = 0;
  for (size_t length; used < count; used += length) {
    length = reply_length(bytes + used, count - used);
    if (!length) break;
    bool refused = bytes[used] == '-';
    if (refused && !s->tally.first_refusal[0])
      snprintf(s->tally.first_refusal, sizeof s->tally.first_refusal, "%.*s", (int)length - 2,
               (const char *)bytes + used);
    if (c->phase == GREETING) {
      c->phase = READY;
      s->ready++;
      continue;
    }
    unsigned slot = s->first[c->index]++ % (unsigned)s->options->in_flight;
    count_reply(&s->tally, l, s->sent_ns[c->index][slot], !refused);
    if (!s->tally.stopping) send_request(s, l, c);
  }
  return used;
}

static const protocol redis_protocol = {.opened = opened, .received = received, .closed = closed};

static void prepare(store *s, loop *l, const options *o, int connections, int publishers) {
  s->options = o;
  s->subscribed_from = publishers;
  s->first = calloc((size_t)publishers, sizeof(unsigned));
  s->next = calloc((size_t)publishers, sizeof(unsigned));
  s->sent_ns = calloc((size_t)publishers, sizeof(int64_t *));
  for (int i = 0; i < publishers; i++)
    s->sent_ns[i] = calloc((size_t)o->in_flight, sizeof(int64_t));
  loop_init(l, &redis_protocol, s);
  connect_all(l, o, connections, &s->ready);

  l->now_ns = clock_ns();
  for (int i = 0; i < publishers; i++) {
    for (int j = 0; j < o->in_flight; j++) send_request(s, l, l->connections[i]);
    connection_flush(l, l->connections[i]);
  }
}

static void fill_event(const options *o, char *event) {
  if (o->bytes > 256) fail("--bytes: at most 256 here");
  memset(event, 'x', (size_t)o->bytes);
  event[o->bytes] = 0;
}

int run_redis_streams(const options *o) {
  static store s;
  static loop l;
  char event[257];
  fill_event(o, event);
  s.request_count = (size_t)snprintf(
      s.request, sizeof s.request,
      "*5\r\n$4\r\nXADD\r\n$5\r\nworld\r\n$1\r\n*\r\n$1\r\ne\r\n$%d\r\n%s\r\n", o->bytes, event);
  prepare(&s, &l, o, o->connections, o->connections);
  run_load(&l, o, &s.tally);
  print_tally(o, &s.tally, "");
  return 0;
}

int run_redis_fanout(const options *o) {
  static store s;
  static loop l;
  char event[257], more[160];
  fill_event(o, event);
  s.request_count = (size_t)snprintf(s.request, sizeof s.request,
                                     "*3\r\n$7\r\nPUBLISH\r\n$6\r\nregion\r\n$%d\r\n%s\r\n",
                                     o->bytes, event);
  s.delivery_bytes = (size_t)snprintf(NULL, 0, "*3\r\n$7\r\nmessage\r\n$6\r\nregion\r\n$%d\r\n%s\r\n",
                                      o->bytes, event);
  prepare(&s, &l, o, 1 + o->subscribers, 1);
  gather_deliveries(&l, 1, true);
  run_load(&l, o, &s.tally);
  gather_deliveries(&l, 1, false);
  int64_t missing = await_deliveries(&l, &s.tally, o->subscribers, 0);
  snprintf(more, sizeof more,
           ", \"subscribers\": %d, \"deliveries_per_s\": %.0f, \"missing\": %lld",
           o->subscribers, (double)s.tally.deliveries / s.tally.seconds,
           (long long)missing);
  print_tally(o, &s.tally, more);
  return 0;
}
