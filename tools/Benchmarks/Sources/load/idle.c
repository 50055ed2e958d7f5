// Players who stand still: what they cost is read off the server's memory meanwhile.
#include <stdio.h>

#include "game.h"

static void unexpected(game *g, loop *l, connection *c, int slot, uint64_t position) {
  (void)g, (void)l, (void)c, (void)slot, (void)position;
  fail("a reply that nobody asked for");
}

int run_idle(const options *o) {
  static game g;
  static loop l;
  game_init(&g, o, o->connections);
  g.replied = unexpected;
  loop_init(&l, &game_protocol, &g);
  connect_all(&l, o, o->connections, &g.ready);

  printf("{\"connections\": %d}\n", o->connections);
  fflush(stdout);
  int64_t end = clock_ns() + (int64_t)(o->seconds * 1e9);
  while (clock_ns() < end) loop_turn(&l, end);
  if (g.tally.closed) fail("the server closed %d connections", g.tally.closed);
  return 0;
}
