#include "histogram.h"

static unsigned bucket_of(uint64_t value) {
  if (value < 128) return (unsigned)value;
  unsigned shift = 63 - (unsigned)__builtin_clzll(value) - 6;
  return (shift << 6) + (unsigned)(value >> shift);
}

static uint64_t highest_in(unsigned bucket) {
  if (bucket < 128) return bucket;
  unsigned shift = (bucket >> 6) - 1;
  return (((uint64_t)(bucket - (shift << 6)) + 1) << shift) - 1;
}

void histogram_record(histogram *h, uint64_t value_ns) {
  unsigned bucket = bucket_of(value_ns);
  h->counts[bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1]++;
  h->total++;
}

double histogram_percentile_us(const histogram *h, double share) {
  uint64_t wanted = (uint64_t)(share * (double)h->total), seen = 0;
  for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
    seen += h->counts[bucket];
    if (h->total && seen > wanted) return (double)highest_in(bucket) / 1000;
  }
  return 0;
}
