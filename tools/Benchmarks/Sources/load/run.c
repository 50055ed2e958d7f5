#include "run.h"

#include <stdio.h>
#include <sys/resource.h>

enum { HANDSHAKES_MAX = 64, GATHERED_BYTES = 8192 };

static const int64_t second_ns = 1000000000;

uint64_t next_random(uint64_t *state) {
  uint64_t z = *state += 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return z ^ z >> 31;
}

void connect_all(loop *l, const options *o, int count, const int *ready) {
  int64_t deadline = clock_ns() + 60 * second_ns;
  while (*ready < count) {
    if (l->count < count && l->count - *ready < HANDSHAKES_MAX) {
      loop_connect(l, o->port);
    } else {
      loop_turn(l, clock_ns() + second_ns / 10);
    }
    if (clock_ns() > deadline) fail("%d of %d connections were ready in time", *ready, count);
  }
}

static double processor_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

void run_load(loop *l, const options *o, tally *t) {
  int64_t begun = clock_ns() + (int64_t)(o->warm_up * 1e9);
  while (clock_ns() < begun) loop_turn(l, begun);

  double processor = processor_seconds();
  begun = clock_ns();
  int64_t end = begun + (int64_t)(o->seconds * 1e9);
  t->measuring = true;
  while (clock_ns() < end && !(o->entries && t->acknowledged_ever >= o->entries)) {
    loop_turn(l, end);
    if (t->closed) fail("the server closed a connection: %s", t->first_refusal);
  }
  t->measuring = false;
  t->seconds = (double)(clock_ns() - begun) / 1e9;
  t->load_cores = (processor_seconds() - processor) / t->seconds;

  t->stopping = true;
  int64_t deadline = clock_ns() + 10 * second_ns;
  while (t->outstanding > 0 && clock_ns() < deadline) loop_turn(l, deadline);
  if (t->outstanding > 0) fail("%lld requests had no reply", (long long)t->outstanding);
}

void count_reply(tally *t, const loop *l, int64_t sent_ns, bool acknowledged) {
  t->outstanding--;
  t->acknowledged_ever += acknowledged;
  if (!t->measuring) return;
  t->acknowledged += acknowledged;
  t->rejected += !acknowledged;
  if (acknowledged) histogram_record(&t->latencies, (uint64_t)(l->now_ns - sent_ns));
}

void gather_deliveries(loop *l, int first, bool gather) {
  for (int i = first; i < l->count; i++)
    connection_gather(l->connections[i], gather ? GATHERED_BYTES : 1);
}

int64_t await_deliveries(loop *l, const tally *t, int subscribers, uint64_t before) {
  int64_t deadline = clock_ns() + 10 * second_ns, missing;
  do {
    loop_turn(l, clock_ns() + second_ns / 10);
    missing = (int64_t)(t->acknowledged_ever * (uint64_t)subscribers + before) -
              (int64_t)t->deliveries_ever;
  } while (missing > 0 && clock_ns() < deadline);
  return missing;
}

void print_tally(const options *o, const tally *t, const char *more) {
  printf("{\"connections\": %d, \"in_flight\": %d, \"seconds\": %.3f, ", o->connections,
         o->in_flight, t->seconds);
  printf("\"acknowledged\": %llu, \"acknowledged_ever\": %llu, \"acknowledged_per_s\": %.0f, ",
         (unsigned long long)t->acknowledged, (unsigned long long)t->acknowledged_ever,
         (double)t->acknowledged / t->seconds);
  printf("\"rejected\": %llu, ", (unsigned long long)t->rejected);
  printf("\"p50_us\": %.0f, \"p99_us\": %.0f, \"p999_us\": %.0f, ",
         histogram_percentile_us(&t->latencies, 0.5), histogram_percentile_us(&t->latencies, 0.99),
         histogram_percentile_us(&t->latencies, 0.999));
  printf("\"load_cores\": %.2f%s, \"first_refusal\": \"%s\"}\n", t->load_cores, more,
         t->first_refusal);
}
