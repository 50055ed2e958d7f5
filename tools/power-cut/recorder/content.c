// The functions that write to files and sockets, as they are but for noting what they did.

#include "recording.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// Writing. An offset below 0 means where the descriptor stands.

static ssize_t call_writev(int descriptor, const struct iovec *parts, int count, off_t offset) {
  if (offset < 0) return syscall(SYS_writev, descriptor, parts, count);
  return syscall(SYS_pwritev, descriptor, parts, count, offset, 0L);
}

static ssize_t note_write(int descriptor, const struct iovec *parts, int count, off_t offset) {
  struct stat status;
  char path[PATH_MAX];
  int what = classify(descriptor, &status, path);
  if (what != FILE_INSIDE && what != SOCKET) return call_writev(descriptor, parts, count, offset);
  lock();
  struct recorder_header header = {.file = status.st_ino, .kind = RECORDER_SEND};
  if (what == FILE_INSIDE) {
    int flags = fcntl(descriptor, F_GETFL);
    fstat(descriptor, &status);
    header.kind = RECORDER_WRITE;
    header.flags = flags & O_DSYNC ? RECORDER_DURABLE : 0;
    header.number = (uint64_t)offset;
    if (offset < 0)
      header.number = (uint64_t)(flags & O_APPEND ? status.st_size : lseek(descriptor, 0, SEEK_CUR));
  }
  ssize_t written = call_writev(descriptor, parts, count, offset);
  if (written > 0) note(header, NULL, parts, count, (size_t)written);
  unlock();
  return written;
}

ssize_t write(int descriptor, const void *data, size_t bytes) {
  struct iovec part = {(void *)data, bytes};
  return note_write(descriptor, &part, 1, -1);
}
ssize_t pwrite(int descriptor, const void *data, size_t bytes, off_t offset) {
  struct iovec part = {(void *)data, bytes};
  return note_write(descriptor, &part, 1, offset);
}
ssize_t pwrite64(int descriptor, const void *data, size_t bytes, off64_t offset) {
  struct iovec part = {(void *)data, bytes};
  return note_write(descriptor, &part, 1, offset);
}
ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  return note_write(descriptor, parts, count, -1);
}
ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
  return note_write(descriptor, parts, count, offset);
}
ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off64_t offset) {
  return note_write(descriptor, parts, count, offset);
}

// What the kernel wrote by itself is read back.
static void note_copied(int descriptor, off_t offset, ssize_t bytes) {
  struct stat status;
  char path[PATH_MAX];
  if (bytes <= 0 || classify(descriptor, &status, path) != FILE_INSIDE) return;
  char *data = malloc((size_t)bytes);
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  int reading = (int)syscall(SYS_openat, AT_FDCWD, link, O_RDONLY | O_CLOEXEC, 0);
  if (!data || pread(reading, data, (size_t)bytes, offset) != bytes) abort();
  close(reading);
  struct iovec part = {data, (size_t)bytes};
  struct recorder_header header = {
      .kind = RECORDER_WRITE, .file = status.st_ino, .number = (uint64_t)offset};
  note(header, NULL, &part, 1, (size_t)bytes);
  free(data);
}

ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t bytes,
                        unsigned flags) {
  if (!is_recording())
    return syscall(SYS_copy_file_range, from, from_offset, to, to_offset, bytes, flags);
  lock();
  off_t offset = to_offset ? *to_offset : lseek(to, 0, SEEK_CUR);
  ssize_t copied = syscall(SYS_copy_file_range, from, from_offset, to, to_offset, bytes, flags);
  note_copied(to, offset, copied);
  unlock();
  return copied;
}
ssize_t sendfile(int to, int from, off_t *from_offset, size_t bytes) {
  if (!is_recording()) return syscall(SYS_sendfile, to, from, from_offset, bytes);
  lock();
  off_t offset = lseek(to, 0, SEEK_CUR);
  ssize_t copied = syscall(SYS_sendfile, to, from, from_offset, bytes);
  note_copied(to, offset, copied);
  unlock();
  return copied;
}
ssize_t sendfile64(int to, int from, off64_t *from_offset, size_t bytes) {
  return sendfile(to, from, from_offset, bytes);
}

// Sending

ssize_t sendto(int descriptor, const void *data, size_t bytes, int flags, const struct sockaddr *to,
               socklen_t to_bytes) {
  struct stat status;
  char path[PATH_MAX];
  if (classify(descriptor, &status, path) != SOCKET)
    return syscall(SYS_sendto, descriptor, data, bytes, flags, to, to_bytes);
  lock();
  ssize_t sent = syscall(SYS_sendto, descriptor, data, bytes, flags, to, to_bytes);
  struct iovec part = {(void *)data, bytes};
  struct recorder_header header = {.kind = RECORDER_SEND, .file = status.st_ino};
  if (sent > 0) note(header, NULL, &part, 1, (size_t)sent);
  unlock();
  return sent;
}
ssize_t send(int descriptor, const void *data, size_t bytes, int flags) {
  return sendto(descriptor, data, bytes, flags, NULL, 0);
}
ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags) {
  struct stat status;
  char path[PATH_MAX];
  if (classify(descriptor, &status, path) != SOCKET)
    return syscall(SYS_sendmsg, descriptor, message, flags);
  lock();
  ssize_t sent = syscall(SYS_sendmsg, descriptor, message, flags);
  struct recorder_header header = {.kind = RECORDER_SEND, .file = status.st_ino};
  if (sent > 0) note(header, NULL, message->msg_iov, (int)message->msg_iovlen, (size_t)sent);
  unlock();
  return sent;
}

// Sizes

static int note_truncate(int descriptor, off_t size) {
  struct stat status;
  char path[PATH_MAX];
  if (classify(descriptor, &status, path) != FILE_INSIDE)
    return (int)syscall(SYS_ftruncate, descriptor, size);
  lock();
  int result = (int)syscall(SYS_ftruncate, descriptor, size);
  struct recorder_header header = {
      .kind = RECORDER_TRUNCATE, .file = status.st_ino, .number = (uint64_t)size};
  if (result == 0) note(header, NULL, NULL, 0, 0);
  unlock();
  return result;
}
int ftruncate(int descriptor, off_t size) { return note_truncate(descriptor, size); }
int ftruncate64(int descriptor, off64_t size) { return note_truncate(descriptor, size); }

static int note_allocate(int descriptor, int mode, off_t offset, off_t bytes) {
  struct stat status;
  char path[PATH_MAX];
  if (classify(descriptor, &status, path) != FILE_INSIDE)
    return (int)syscall(SYS_fallocate, descriptor, mode, offset, bytes);
  if (mode != 0) abort();  // Nothing of what is recorded does so.
  lock();
  int result = (int)syscall(SYS_fallocate, descriptor, mode, offset, bytes);
  struct recorder_header header = {.kind = RECORDER_TRUNCATE, .file = status.st_ino};
  if (result == 0 && offset + bytes > status.st_size) {
    header.number = (uint64_t)(offset + bytes);
    note(header, NULL, NULL, 0, 0);
  }
  unlock();
  return result;
}
int fallocate(int descriptor, int mode, off_t offset, off_t bytes) {
  return note_allocate(descriptor, mode, offset, bytes);
}
int fallocate64(int descriptor, int mode, off64_t offset, off64_t bytes) {
  return note_allocate(descriptor, mode, offset, bytes);
}
int posix_fallocate(int descriptor, off_t offset, off_t bytes) {
  return note_allocate(descriptor, 0, offset, bytes) == 0 ? 0 : errno;
}
int posix_fallocate64(int descriptor, off64_t offset, off64_t bytes) {
  return note_allocate(descriptor, 0, offset, bytes) == 0 ? 0 : errno;
}

// Syncing

static int note_sync(int descriptor, long call) {
  struct stat status;
  char path[PATH_MAX];
  int what = classify(descriptor, &status, path);
  if (what != FILE_INSIDE && what != DIRECTORY_INSIDE) return (int)syscall(call, descriptor);
  lock();
  int result = (int)syscall(call, descriptor);
  struct recorder_header header = {.kind = RECORDER_SYNC, .file = status.st_ino};
  if (what == DIRECTORY_INSIDE) header.kind = RECORDER_SYNC_DIR;
  if (result == 0) note(header, what == DIRECTORY_INSIDE ? path : NULL, NULL, 0, 0);
  unlock();
  return result;
}
int fsync(int descriptor) { return note_sync(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return note_sync(descriptor, SYS_fdatasync); }

// Mapping

static void *note_map(void *address, size_t bytes, int protection, int flags, int descriptor,
                      off_t offset) {
  void *result = (void *)syscall(
      SYS_mmap, address, bytes, protection, flags, descriptor, offset);
  struct stat status;
  char path[PATH_MAX];
  if (descriptor < 0 || !(protection & PROT_WRITE) || !(flags & MAP_SHARED) || result == MAP_FAILED ||
      classify(descriptor, &status, path) != FILE_INSIDE)
    return result;
  lock();
  note((struct recorder_header){.kind = RECORDER_MAP, .file = status.st_ino}, path, NULL, 0, 0);
  unlock();
  return result;
}
void *mmap(void *address, size_t bytes, int protection, int flags, int descriptor, off_t offset) {
  return note_map(address, bytes, protection, flags, descriptor, offset);
}
void *mmap64(void *address, size_t bytes, int protection, int flags, int descriptor, off64_t offset) {
  return note_map(address, bytes, protection, flags, descriptor, offset);
}
