// Clients of Finalverse: from the TCP connection to a player in the world.
#pragma once
#include "loop.h"
#include "run.h"
#include "wire.h"

typedef struct {
  uint64_t player;
  uint64_t random;     // State of this client's random numbers.
  uint32_t region;     // Home.
  int64_t *sent_ns;    // When the request of each slot was sent. A slot's requests have the id slot + 1.
} client;

typedef struct game game;

struct game {
  const options *options;
  tally tally;
  client *clients;  // By connection.
  int ready;        // How many are through their handshake.
  int subscribed_from;     // Connections from this one on watch region 1 and have no profile.
  int home_regions_max;    // Players are spread over this many regions at most, in pairs.
  int64_t columns, rows, cell_mm;  // The world.
  int64_t trades_max;
  // A command was acknowledged, at a position, or refused (0).
  void (*replied)(game *g, loop *l, connection *c, int slot, uint64_t position);
};

// The protocol of connections whose loop's context is a game.
extern const protocol game_protocol;

// Prepares for so many connections.
void game_init(game *g, const options *o, int connections);
// Walks to a random point of the home region.
void game_move(game *g, loop *l, connection *c, int slot);
// Notes that a slot's request is on its way.
void game_sent(game *g, loop *l, connection *c, int slot);
