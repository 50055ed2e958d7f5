#ifndef FINALVERSE_RECORDING_H
#define FINALVERSE_RECORDING_H

#define _GNU_SOURCE
#include "recorder.h"

#include <sys/stat.h>
#include <sys/uio.h>

// What the parts of the library share.

#pragma GCC visibility push(hidden)

// Between these two an operation is done and noted; all recorded processes share the lock.
void lock(void);
void unlock(void);

// Notes an operation, under the lock and with errno as the operation left it.
void note(struct recorder_header header, const char *path, const struct iovec *parts, int count,
          size_t data_bytes);

// Writes an absolute path with single slashes to `place`; returns whether it is inside.
int locate(int directory, const char *path, char *place);

enum { NEITHER, FILE_INSIDE, DIRECTORY_INSIDE, SOCKET };

// What is behind a descriptor, its status, and for what is inside its path; leaves errno alone.
int classify(int descriptor, struct stat *status, char *path);

// Whether anything is recorded.
int is_recording(void);

#pragma GCC visibility pop

#endif
