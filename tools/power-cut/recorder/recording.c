// The recording itself, and what belongs into it. See include/recorder.h.
//
// Each operation is done and noted under one lock, which all recorded processes share, so that the order
// of the records is that of the operations. Programs notice nothing but that it takes longer.

#include "recording.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int recording = -1;
static char root[PATH_MAX];
static size_t root_bytes;
static long records, records_max = -1;

void lock(void) {
  pthread_mutex_lock(&mutex);
  while (flock(recording, LOCK_EX) != 0 && errno == EINTR) continue;
}

void unlock(void) {
  flock(recording, LOCK_UN);
  pthread_mutex_unlock(&mutex);
}

void note(struct recorder_header header, const char *path, const struct iovec *parts, int count,
          size_t data_bytes) {
  int saved = errno;
  size_t path_bytes = path ? strlen(path) : 0;
  header.path_bytes = (uint16_t)path_bytes;
  header.bytes = (uint32_t)(sizeof header + path_bytes + data_bytes);
  char *record = malloc(header.bytes);
  if (!record) abort();
  memcpy(record, &header, sizeof header);
  if (path) memcpy(record + sizeof header, path, path_bytes);
  size_t end = sizeof header + path_bytes;
  for (int part = 0; part < count && end < header.bytes; part++) {
    size_t bytes = parts[part].iov_len;
    if (bytes > header.bytes - end) bytes = header.bytes - end;
    memcpy(record + end, parts[part].iov_base, bytes);
    end += bytes;
  }
  for (size_t done = 0; done < header.bytes;) {
    long written = syscall(SYS_write, recording, record + done, header.bytes - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) abort();  // A recording with a hole would prove nothing.
    done += (size_t)written;
  }
  free(record);
  if (++records == records_max) kill(getpid(), SIGKILL);
  errno = saved;
}

__attribute__((constructor)) static void begin(void) {
  const char *directory = getenv("FINALVERSE_RECORD_ROOT"), *file = getenv("FINALVERSE_RECORD_FILE");
  const char *last = getenv("FINALVERSE_RECORD_KILL");
  if (!directory || !file || strlen(directory) >= sizeof root) return;
  strcpy(root, directory);
  root_bytes = strlen(root);
  if (last) records_max = atol(last);
  recording = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (recording < 0) abort();
  lock();
  note((struct recorder_header){.kind = RECORDER_START, .number = (uint64_t)getpid()}, NULL, NULL, 0, 0);
  unlock();
}

static int is_inside(const char *path) {
  return strncmp(path, root, root_bytes) == 0 && (path[root_bytes] == '/' || path[root_bytes] == 0);
}

int locate(int directory, const char *path, char *place) {
  size_t end = 0;
  if (recording < 0 || !path) return 0;
  if (path[0] != '/') {
    char link[64];
    if (directory == AT_FDCWD) {
      if (!getcwd(place, PATH_MAX)) return 0;
      end = strlen(place);
    } else {
      snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
      ssize_t bytes = readlink(link, place, PATH_MAX - 1);
      if (bytes < 0) return 0;
      end = (size_t)bytes;
    }
    if (end < PATH_MAX - 1) place[end++] = '/';
  }
  for (const char *next = path; *next && end < PATH_MAX - 1; next++) {
    if (*next == '/' && end > 0 && place[end - 1] == '/') continue;
    place[end++] = *next;
  }
  if (end > 1 && place[end - 1] == '/') end--;
  place[end] = 0;
  return is_inside(place);
}

int classify(int descriptor, struct stat *status, char *path) {
  int saved = errno, found = NEITHER;
  if (recording >= 0 && descriptor != recording && fstat(descriptor, status) == 0) {
    if (S_ISSOCK(status->st_mode)) {
      found = SOCKET;
    } else if (S_ISREG(status->st_mode) || S_ISDIR(status->st_mode)) {
      char link[64];
      snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
      ssize_t bytes = readlink(link, path, PATH_MAX - 1);
      path[bytes > 0 ? bytes : 0] = 0;
      if (is_inside(path)) found = S_ISDIR(status->st_mode) ? DIRECTORY_INSIDE : FILE_INSIDE;
    }
  }
  errno = saved;
  return found;
}

int is_recording(void) { return recording >= 0; }
