// The load generator: many connections on one thread, each with so many requests in flight.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

static const char usage[] =
    "usage: load MODE [--port N] [--connections N] [--in-flight N] [--subscribers N]\n"
    "            [--seconds S] [--warm-up S] [--entries N] [--bytes N] [--batch N]\n"
    "            [--directory DIR] [--bare]\n"
    "\n"
    "  moves, trades    players of a Finalverse server who walk, or trade in pairs\n"
    "  fanout           one walks, the subscribers watch\n"
    "  stalled          players walk, and the subscribers watch them and have stopped reading\n"
    "  idle             players connect, say so in a line, and stand still\n"
    "  redis-streams    XADD to one stream\n"
    "  redis-fanout     PUBLISH to one channel\n"
    "  bare-server      answers moves and fanout with --bare, and does nothing else\n"
    "  append-lmdb      appends to an LMDB environment in DIR, --batch values a transaction\n"
    "\n"
    "Prints one line of JSON.\n";

static const char *argument(int count, char **arguments, int *i) {
  if (++*i >= count) fail("%s needs a value", arguments[*i - 1]);
  return arguments[*i];
}

static int number(const char *text, int least) {
  int value = atoi(text);
  if (value < least) fail("not a number from %d on: %s", least, text);
  return value;
}

static int positive(const char *text) { return number(text, 1); }

int main(int count, char **arguments) {
  options o = {.port = 7777, .connections = 50, .in_flight = 1, .subscribers = 1000, .seconds = 5,
               .warm_up = 1, .bytes = 160, .batch = 256, .directory = "."};
  const char *mode = count > 1 ? arguments[1] : "--help";
  for (int i = 2; i < count; i++) {
    const char *name = arguments[i];
    if (!strcmp(name, "--bare")) o.bare = true;
    else if (!strcmp(name, "--port")) o.port = positive(argument(count, arguments, &i));
    else if (!strcmp(name, "--connections"))
      o.connections = positive(argument(count, arguments, &i));
    else if (!strcmp(name, "--in-flight")) o.in_flight = positive(argument(count, arguments, &i));
    else if (!strcmp(name, "--subscribers"))
      o.subscribers = number(argument(count, arguments, &i), 0);
    else if (!strcmp(name, "--seconds")) o.seconds = atof(argument(count, arguments, &i));
    else if (!strcmp(name, "--warm-up")) o.warm_up = atof(argument(count, arguments, &i));
    else if (!strcmp(name, "--entries"))
      o.entries = strtoull(argument(count, arguments, &i), NULL, 10);
    else if (!strcmp(name, "--bytes")) o.bytes = positive(argument(count, arguments, &i));
    else if (!strcmp(name, "--batch")) o.batch = positive(argument(count, arguments, &i));
    else if (!strcmp(name, "--directory")) o.directory = argument(count, arguments, &i);
    else fail("unknown option: %s", name);
  }
  if (!strcmp(mode, "moves")) return run_commands(&o, false);
  if (!strcmp(mode, "trades")) return run_commands(&o, true);
  if (strstr(mode, "fanout")) o.connections = 1;
  if (!strcmp(mode, "fanout")) return run_fanout(&o);
  if (!strcmp(mode, "stalled")) return run_stalled(&o);
  if (!strcmp(mode, "idle")) return run_idle(&o);
  if (!strcmp(mode, "redis-streams")) return run_redis_streams(&o);
  if (!strcmp(mode, "redis-fanout")) return run_redis_fanout(&o);
  if (!strcmp(mode, "bare-server")) return run_bare_server(&o);
  if (!strcmp(mode, "append-lmdb")) return run_append_lmdb(&o);
  fputs(usage, stderr);
  return 2;
}
