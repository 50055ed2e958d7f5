// Latencies, counted in buckets whose width is at most 1/64 of their value.
#pragma once
#include <stdint.h>

#define HISTOGRAM_BUCKETS (60 * 64)

typedef struct {
  uint64_t counts[HISTOGRAM_BUCKETS];
  uint64_t total;
} histogram;

// Counts one value, in nanoseconds.
void histogram_record(histogram *h, uint64_t value_ns);

// The value that `share` (0 to 1) of those counted do not exceed, in microseconds; 0 when empty.
double histogram_percentile_us(const histogram *h, double share);
