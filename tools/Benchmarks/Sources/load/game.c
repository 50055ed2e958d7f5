#define _GNU_SOURCE
#include "game.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UPGRADING, SIGNING_IN, ASKING, CREATING, SUBSCRIBING, READY };

void game_init(game *g, const options *o, int connections) {
  *g = (game){.options = o, .subscribed_from = connections, .columns = 1, .rows = 1};
  g->cell_mm = 1000000;
  g->home_regions_max = 64;
  g->clients = calloc((size_t)connections, sizeof *g->clients);
  for (int i = 0; i < connections; i++) {
    g->clients[i].random = (uint64_t)i << 40 ^ (uint64_t)clock_ns();
    g->clients[i].region = 1;
    g->clients[i].sent_ns = calloc((size_t)o->in_flight, sizeof(int64_t));
  }
}

void game_sent(game *g, loop *l, connection *c, int slot) {
  g->clients[c->index].sent_ns[slot] = l->now_ns;
  g->tally.outstanding++;
}

void game_move(game *g, loop *l, connection *c, int slot) {
  client *k = &g->clients[c->index];
  int64_t column = (k->region - 1) % g->columns, row = (k->region - 1) / g->columns;
  uint64_t x = next_random(&k->random) % (uint64_t)g->cell_mm;
  uint64_t y = next_random(&k->random) % (uint64_t)g->cell_mm;
  send_start_move(c, (uint64_t)slot + 1, next_random(&k->random) | 1,
                  column * g->cell_mm + (int64_t)x, row * g->cell_mm + (int64_t)y);
  game_sent(g, l, c, slot);
}

static void become_ready(game *g, connection *c) {
  c->phase = READY;
  g->ready++;
}

static void opened(loop *l, connection *c) {
  (void)l;
  send_upgrade(c);
}

static void closed(loop *l, connection *c) {
  game *g = l->context;
  g->tally.closed++;
  if (c->phase != READY)
    fail("the server closed a connection during its handshake: %s", g->tally.first_refusal);
}

// Keeps the first refusal's code and sentence: one is enough to see what is wrong.
static void note_refusal(game *g, const field *message) {
  if (g->tally.first_refusal[0]) return;
  field code = find_field(message->content, 1), text = find_field(message->content, 2);
  snprintf(g->tally.first_refusal, sizeof g->tally.first_refusal, "%.*s: %.*s",
           (int)(code.content.end - code.content.at), (const char *)code.content.at,
           (int)(text.content.end - text.content.at), (const char *)text.content.at);
  for (char *at = g->tally.first_refusal; *at; at++)
    if (*at == '"' || *at == '\\' || (uint8_t)*at < 32) *at = '\'';
}

static void learn_world(game *g, const field *answer) {
  field world = find_field(find_field(answer->content, 3).content, 1);
  g->columns = (int64_t)find_field(world.content, 3).value;
  g->rows = (int64_t)find_field(world.content, 4).value;
  g->cell_mm = (int64_t)find_field(world.content, 5).value;
  g->trades_max = (int64_t)find_field(find_field(world.content, 6).content, 6).value;
  if (g->columns < 1 || g->rows < 1 || g->cell_mm < 1) fail("the answer names no world");
}

// The next step of a handshake.
static void advance(game *g, connection *c, const field *message) {
  client *k = &g->clients[c->index];
  static const unsigned expected[] = {
      [SIGNING_IN] = SERVER_WELCOME,
      [ASKING] = SERVER_ANSWER,
      [CREATING] = SERVER_ACKNOWLEDGED,
      [SUBSCRIBING] = SERVER_SUBSCRIBED,
  };
  if (message->number != expected[c->phase]) {
    note_refusal(g, message);
    fail("a handshake was refused: %s", g->tally.first_refusal);
  }
  switch (c->phase) {
    case SIGNING_IN:
      k->player = find_field(message->content, 1).value;
      if (c->index >= g->subscribed_from) {
        send_subscribe(c, 1, 1);
        c->phase = SUBSCRIBING;
      } else {
        send_world_query(c, 1);
        c->phase = ASKING;
      }
      break;
    case ASKING:
      learn_world(g, message);
      int64_t regions = g->columns * g->rows;
      if (regions > g->home_regions_max) regions = g->home_regions_max;
      k->region = 1 + (uint32_t)(c->index / 2 % regions);
      send_create_profile(c, 1, next_random(&k->random) | 1, k->player, k->region);
      c->phase = CREATING;
      break;
    default: become_ready(g, c);
  }
}

static void deal_with(game *g, loop *l, connection *c, reader message) {
  field f, body = {0};
  uint64_t id = 0;
  while (next_field(&message, &f)) {
    if (f.number == 1) id = f.value;
    else body = f;
  }
  if (body.number == SERVER_PUSH) {
    uint64_t count = 0;
    while (next_field(&body.content, &f)) count++;
    g->tally.deliveries_ever += count;
    if (g->tally.measuring) g->tally.deliveries += count;
  } else if (body.number == SERVER_GOODBYE) {
    note_refusal(g, &body);
  } else if (id == 0) {
    return;
  } else if (c->phase != READY) {
    advance(g, c, &body);
  } else {
    bool acknowledged = body.number == SERVER_ACKNOWLEDGED;
    int slot = (int)id - 1;
    if (slot < 0 || slot >= g->options->in_flight) fail("a reply to an unknown request");
    if (!acknowledged) note_refusal(g, &body);
    count_reply(&g->tally, l, g->clients[c->index].sent_ns[slot], acknowledged);
    g->replied(g, l, c, slot, acknowledged ? find_field(body.content, 1).value : 0);
  }
}

static size_t receive_upgrade(game *g, connection *c, const uint8_t *bytes, size_t count) {
  const uint8_t *end = memmem(bytes, count, "\r\n\r\n", 4);
  if (!end) return 0;
  if (count < 12 || memcmp(bytes, "HTTP/1.1 101", 12))
    fail("the upgrade was refused: %.*s", (int)(end - bytes), (const char *)bytes);
  if (!g->options->bare) {
    send_sign_in(c, 1);
    c->phase = SIGNING_IN;
  } else if (c->index >= g->subscribed_from) {
    send_subscribe(c, 1, 1);
    c->phase = SUBSCRIBING;
  } else {
    become_ready(g, c);
  }
  return (size_t)(end + 4 - bytes);
}

static size_t received(loop *l, connection *c, const uint8_t *bytes, size_t count) {
  game *g = l->context;
  size_t used = c->phase == UPGRADING ? receive_upgrade(g, c, bytes, count) : 0;
  frame f;
  for (size_t length; c->phase != UPGRADING; used += length) {
    length = read_frame(bytes + used, count - used, &f);
    if (!length) break;
    if (f.opcode == FRAME_BINARY) {
      deal_with(g, l, c, f.payload);
    } else if (f.opcode == FRAME_PING) {
      size_t bytes_of_ping = (size_t)(f.payload.end - f.payload.at);
      uint8_t *to = buffer_reserve(&c->out, bytes_of_ping + 14);
      size_t head = write_frame_head(to, FRAME_PONG, bytes_of_ping, true);
      memcpy(to + head, f.payload.at, bytes_of_ping);
      c->out.end += head + bytes_of_ping;
    }
  }
  return used;
}

const protocol game_protocol = {.opened = opened, .received = received, .closed = closed};
