// Players who walk, all in one region, beside clients who watch that region and have stopped reading.
#include <stdio.h>

#include "game.h"

static void moved(game *g, loop *l, connection *c, int slot, uint64_t position) {
  (void)position;
  if (!g->tally.stopping) game_move(g, l, c, slot);
}

int run_stalled(const options *o) {
  static game g;
  static loop l;
  game_init(&g, o, o->connections + o->subscribers);
  g.replied = moved;
  g.subscribed_from = o->connections;
  g.home_regions_max = 1;
  loop_init(&l, &game_protocol, &g);
  connect_all(&l, o, o->connections + o->subscribers, &g.ready);

  for (int i = o->connections; i < l.count; i++) connection_ignore(&l, l.connections[i]);
  l.now_ns = clock_ns();
  for (int i = 0; i < o->connections; i++) {
    for (int slot = 0; slot < o->in_flight; slot++) game_move(&g, &l, l.connections[i], slot);
    connection_flush(&l, l.connections[i]);
  }
  run_load(&l, o, &g.tally);

  char more[40];
  snprintf(more, sizeof more, ", \"stalled\": %d", o->subscribers);
  print_tally(o, &g.tally, more);
  return 0;
}
