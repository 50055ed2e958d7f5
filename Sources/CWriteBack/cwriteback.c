#define _GNU_SOURCE
#include "cwriteback.h"

#include <errno.h>
#include <fcntl.h>

int cwriteback(int descriptor) {
#ifdef SYNC_FILE_RANGE_WRITE
  const unsigned int flags =
      SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
  // A length of 0 means to the end of the file.
  return sync_file_range(descriptor, 0, 0, flags) == 0 ? 0 : errno;
#else
  (void)descriptor;
  return 0;
#endif
}
