// Durable commands: every client keeps so many in flight, and sends the next when one is answered.
#include <stdio.h>
#include <stdlib.h>

#include "game.h"

// A trade of one coin between the clients 2p and 2p + 1, again and again. The two take turns in
// offering, so that neither runs out of coins.
typedef struct {
  uint64_t trade;   // 0 until the offer is acknowledged.
  int proposer;     // 0 or 1.
  int unanswered;   // Commands of this trade.
} bargain;

typedef struct {
  game game;  // First: a game is what the protocol knows.
  int slots;  // A pair's.
  bargain *bargains;
} market;

static void moved(game *g, loop *l, connection *c, int slot, uint64_t position) {
  (void)position;
  if (!g->tally.stopping) game_move(g, l, c, slot);
}

static bargain *bargain_of(market *m, const connection *c, int slot) {
  return &m->bargains[c->index / 2 * m->slots + slot];
}

static void offer(market *m, loop *l, connection *c, int slot) {
  game *g = &m->game;
  client *k = &g->clients[c->index];
  *bargain_of(m, c, slot) = (bargain){.proposer = c->index & 1, .unanswered = 1};
  send_offer_trade(c, (uint64_t)slot + 1, next_random(&k->random) | 1,
                   g->clients[c->index ^ 1].player, 1);
  game_sent(g, l, c, slot);
}

static void accept(market *m, loop *l, connection *c, int slot, uint64_t trade) {
  game *g = &m->game;
  uint64_t command_id = next_random(&g->clients[c->index].random) | 1;
  send_accept_trade(c, (uint64_t)slot + 1, command_id, trade);
  game_sent(g, l, c, slot);
}

static void traded(game *g, loop *l, connection *c, int slot, uint64_t position) {
  market *m = (market *)g;
  bargain *b = bargain_of(m, c, slot);
  connection *partner = l->connections[c->index ^ 1];
  if (--b->unanswered > 0) return;
  if (b->trade == 0 && position != 0) {
    *b = (bargain){.trade = position, .proposer = b->proposer, .unanswered = 2};
    accept(m, l, c, slot, position);
    accept(m, l, partner, slot, position);
    connection_flush(l, partner);
    return;
  }
  if (b->trade != 0 && position != 0 && g->tally.measuring) g->tally.trades++;
  if (g->tally.stopping) return;
  bool mine = (c->index & 1) != b->proposer;
  offer(m, l, mine ? c : partner, slot);
  if (!mine) connection_flush(l, partner);
}

int run_commands(const options *o, bool trades) {
  static market m;
  static loop l;
  game *g = &m.game;
  if (trades && o->connections % 2) fail("trades need an even number of connections");
  game_init(g, o, o->connections);
  g->replied = trades ? traded : moved;
  loop_init(&l, &game_protocol, g);
  connect_all(&l, o, o->connections, &g->ready);

  m.slots = o->in_flight;
  if (trades && g->trades_max < m.slots) m.slots = (int)g->trades_max;
  m.bargains = calloc((size_t)(o->connections * m.slots), sizeof *m.bargains);
  l.now_ns = clock_ns();
  for (int i = 0; i < o->connections; i++) {
    connection *c = l.connections[i];
    for (int slot = 0; slot < m.slots; slot++) {
      if (!trades) game_move(g, &l, c, slot);
      else if ((i & 1) == (slot & 1)) offer(&m, &l, c, slot);
    }
    connection_flush(&l, c);
  }
  run_load(&l, o, &g->tally);

  char more[120] = "";
  if (trades)
    snprintf(more, sizeof more, ", \"trades_per_s\": %.0f, \"trades_open_a_pair\": %d",
             (double)g->tally.trades / g->tally.seconds, m.slots);
  print_tally(o, &g->tally, more);
  return 0;
}
