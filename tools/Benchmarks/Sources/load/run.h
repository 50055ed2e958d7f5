// A run: what was asked for on the command line, and what was counted.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "histogram.h"
#include "loop.h"

typedef struct {
  int port;
  int connections;
  int in_flight;       // Requests without reply, a connection.
  int subscribers;
  double seconds;      // How long to measure, after `warm_up` more.
  double warm_up;
  uint64_t entries;    // End once so many were acknowledged; 0: never for that reason.
  bool bare;           // The other side is `load bare-server`: no sign-in.
  int batch;           // Entries a transaction.
  int bytes;           // Bytes an entry, or a value.
  const char *directory;
} options;

typedef struct {
  histogram latencies;
  uint64_t acknowledged, rejected;  // While measuring.
  uint64_t trades;                  // Committed while measuring.
  uint64_t deliveries;              // Events that reached subscribers while measuring.
  uint64_t acknowledged_ever, deliveries_ever;
  int64_t outstanding;  // Requests without reply, now.
  int closed;           // Connections that the other side closed.
  bool measuring, stopping;
  double seconds;       // As measured.
  double load_cores;    // Processor time of this program over time; 1 is a whole core.
  char first_refusal[160];
} tally;

// Opens `count` connections, 64 handshakes at a time; `ready` counts those that are through.
void connect_all(loop *l, const options *o, int count, const int *ready);
// Lets the load run: warming up, measuring, and letting what is in flight come home.
void run_load(loop *l, const options *o, tally *t);
// A request that was sent at `sent_ns` was acknowledged, or refused.
void count_reply(tally *t, const loop *l, int64_t sent_ns, bool acknowledged);
// Lets the connections from `first` on gather what they receive, or deliver it at once.
void gather_deliveries(loop *l, int first, bool gather);
// Waits until the subscribers have received all that was acknowledged, `before` not counted.
// Returns how many deliveries are missing.
int64_t await_deliveries(loop *l, const tally *t, int subscribers, uint64_t before);
// Prints what was counted as one line of JSON, `more` being further members, or empty.
void print_tally(const options *o, const tally *t, const char *more);

// A number that looks random, the next of its sequence.
uint64_t next_random(uint64_t *state);

int run_commands(const options *o, bool trades);
int run_fanout(const options *o);
int run_stalled(const options *o);
int run_idle(const options *o);
int run_redis_streams(const options *o);
int run_redis_fanout(const options *o);
int run_bare_server(const options *o);
int run_append_lmdb(const options *o);
