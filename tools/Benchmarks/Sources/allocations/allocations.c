// Counts what a program allocates: loaded into it by LD_PRELOAD, it takes the place of malloc and its kind, and keeps two
// numbers (how often, and how many bytes) in the first 16 bytes of the file that ALLOCATIONS names, for others to read while
// the program runs.

#define _GNU_SOURCE
#include "allocations.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

// glibc's own, under the names that they have besides.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

typedef struct {
  _Atomic uint64_t count, bytes;
} tally;

static tally before_start;
static tally *counted = &before_start;

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("ALLOCATIONS");
  int file = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644) : -1;
  if (file < 0) return;
  if (!ftruncate(file, sizeof(tally))) {
    void *shared = mmap(NULL, sizeof(tally), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared != MAP_FAILED) counted = shared;
  }
  close(file);
}

static void count(size_t bytes) {
  atomic_fetch_add_explicit(&counted->count, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&counted->bytes, bytes, memory_order_relaxed);
}

void *malloc(size_t bytes) {
  count(bytes);
  return __libc_malloc(bytes);
}

void *calloc(size_t each, size_t bytes) {
  count(each * bytes);
  return __libc_calloc(each, bytes);
}

void *realloc(void *old, size_t bytes) {
  count(bytes);
  return __libc_realloc(old, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) {
  count(bytes);
  return __libc_memalign(alignment, bytes);
}

void *memalign(size_t alignment, size_t bytes) { return aligned_alloc(alignment, bytes); }

int posix_memalign(void **found, size_t alignment, size_t bytes) {
  *found = aligned_alloc(alignment, bytes);
  return *found ? 0 : ENOMEM;
}
