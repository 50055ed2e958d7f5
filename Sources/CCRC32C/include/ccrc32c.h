#ifndef CCRC32C_H
#define CCRC32C_H

#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli) of `length` bytes, continuing from `crc` (0 to start). RFC 3720, appendix B.4.
///
/// Uses the processor's CRC instruction where there is one, a table otherwise; both give the same result.
uint32_t ccrc32c(uint32_t crc, const void *bytes, size_t length);

/// The same by table alone, on every processor: what tests compare the fast path with.
uint32_t ccrc32c_portable(uint32_t crc, const void *bytes, size_t length);

#endif
