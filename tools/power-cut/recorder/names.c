// The functions that give files their names, as they are but for noting what they did.

#include "recording.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// Opening

static int note_open(int directory, const char *path, int flags, mode_t mode) {
  char place[PATH_MAX];
  struct stat status;
  if (!(flags & (O_CREAT | O_TRUNC)) || !locate(directory, path, place))
    return (int)syscall(SYS_openat, directory, path, flags, mode);
  lock();
  int was_there = lstat(place, &status) == 0;
  int descriptor = (int)syscall(SYS_openat, directory, path, flags, mode);
  if (descriptor >= 0) {
    int saved = errno;
    fstat(descriptor, &status);
    struct recorder_header header = {.file = status.st_ino};
    header.kind = was_there ? RECORDER_TRUNCATE : RECORDER_CREATE;
    if (!was_there || (flags & O_TRUNC)) note(header, place, NULL, 0, 0);
    errno = saved;
  }
  unlock();
  return descriptor;
}

#define MODE(flags)                        \
  mode_t mode = 0;                         \
  if ((flags) & (O_CREAT | __O_TMPFILE)) { \
    va_list rest;                          \
    va_start(rest, flags);                 \
    mode = va_arg(rest, mode_t);           \
    va_end(rest);                          \
  }

int open(const char *path, int flags, ...) {
  MODE(flags)
  return note_open(AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  MODE(flags)
  return note_open(AT_FDCWD, path, flags, mode);
}
int openat(int directory, const char *path, int flags, ...) {
  MODE(flags)
  return note_open(directory, path, flags, mode);
}
int openat64(int directory, const char *path, int flags, ...) {
  MODE(flags)
  return note_open(directory, path, flags, mode);
}
int creat(const char *path, mode_t mode) {
  return note_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

// Names

static int note_rename(int from_directory, const char *from, int to_directory, const char *to,
                       unsigned flags) {
  char old[PATH_MAX], new[PATH_MAX];
  int is_ours = locate(from_directory, from, old) + locate(to_directory, to, new);
  if (is_ours == 0)
    return (int)syscall(SYS_renameat2, from_directory, from, to_directory, to, flags);
  if (is_ours == 1) abort();  // In or out of the directory: what it would hold is not known.
  lock();
  struct stat status;
  int result = (int)syscall(SYS_renameat2, from_directory, from, to_directory, to, flags);
  if (result == 0) {
    lstat(new, &status);
    struct iovec part = {new, strlen(new)};
    struct recorder_header header = {.kind = RECORDER_RENAME, .file = status.st_ino};
    note(header, old, &part, 1, part.iov_len);
  }
  unlock();
  return result;
}
int rename(const char *from, const char *to) {
  return note_rename(AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat(int from_directory, const char *from, int to_directory, const char *to) {
  return note_rename(from_directory, from, to_directory, to, 0);
}
int renameat2(int from_directory, const char *from, int to_directory, const char *to,
              unsigned flags) {
  return note_rename(from_directory, from, to_directory, to, flags);
}

static int note_link(int from_directory, const char *from, int to_directory, const char *to,
                     int flags) {
  char place[PATH_MAX];
  if (!locate(to_directory, to, place))
    return (int)syscall(SYS_linkat, from_directory, from, to_directory, to, flags);
  lock();
  struct stat status;
  int result = (int)syscall(SYS_linkat, from_directory, from, to_directory, to, flags);
  if (result == 0 && lstat(place, &status) == 0)
    note((struct recorder_header){.kind = RECORDER_LINK, .file = status.st_ino}, place, NULL, 0, 0);
  unlock();
  return result;
}
int link(const char *from, const char *to) { return note_link(AT_FDCWD, from, AT_FDCWD, to, 0); }
int linkat(int from_directory, const char *from, int to_directory, const char *to, int flags) {
  return note_link(from_directory, from, to_directory, to, flags);
}

static int note_name(int directory, const char *path, int kind, mode_t mode) {
  char place[PATH_MAX];
  int is_ours = locate(directory, path, place);
  if (is_ours) lock();
  int result = (int)(kind == RECORDER_MKDIR
      ? syscall(SYS_mkdirat, directory, path, mode)
      : syscall(SYS_unlinkat, directory, path, kind == RECORDER_RMDIR ? AT_REMOVEDIR : 0));
  if (is_ours) {
    if (result == 0) note((struct recorder_header){.kind = (uint8_t)kind}, place, NULL, 0, 0);
    unlock();
  }
  return result;
}
int unlink(const char *path) { return note_name(AT_FDCWD, path, RECORDER_UNLINK, 0); }
int unlinkat(int directory, const char *path, int flags) {
  return note_name(directory, path, flags & AT_REMOVEDIR ? RECORDER_RMDIR : RECORDER_UNLINK, 0);
}
int rmdir(const char *path) { return note_name(AT_FDCWD, path, RECORDER_RMDIR, 0); }
int remove(const char *path) {
  struct stat status;
  return lstat(path, &status) == 0 && S_ISDIR(status.st_mode) ? rmdir(path) : unlink(path);
}
int mkdir(const char *path, mode_t mode) { return note_name(AT_FDCWD, path, RECORDER_MKDIR, mode); }
int mkdirat(int directory, const char *path, mode_t mode) {
  return note_name(directory, path, RECORDER_MKDIR, mode);
}

