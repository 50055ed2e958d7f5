// Fan-out: one player walks about in a region; many watch it.
#include <stdio.h>

#include "game.h"

static void moved(game *g, loop *l, connection *c, int slot, uint64_t position) {
  (void)position;
  if (!g->tally.stopping) game_move(g, l, c, slot);
}

int run_fanout(const options *o) {
  static game g;
  static loop l;
  int connections = 1 + o->subscribers;
  game_init(&g, o, connections);
  g.replied = moved;
  g.subscribed_from = 1;
  loop_init(&l, &game_protocol, &g);
  connect_all(&l, o, connections, &g.ready);

  // The arrivals of the others are over once it is quiet.
  int64_t quiet = clock_ns() + 300000000;
  while (clock_ns() < quiet) loop_turn(&l, quiet);
  uint64_t before = g.tally.deliveries_ever;
  for (int slot = 0; slot < o->in_flight; slot++) game_move(&g, &l, l.connections[0], slot);
  connection_flush(&l, l.connections[0]);
  gather_deliveries(&l, 1, true);
  run_load(&l, o, &g.tally);
  gather_deliveries(&l, 1, false);
  int64_t missing = await_deliveries(&l, &g.tally, o->subscribers, before);

  char more[160];
  snprintf(more, sizeof more,
           ", \"subscribers\": %d, \"deliveries_per_s\": %.0f, \"missing\": %lld",
           o->subscribers, (double)g.tally.deliveries / g.tally.seconds, (long long)missing);
  print_tally(o, &g.tally, more);
  return 0;
}
