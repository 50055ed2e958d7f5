#ifndef FINALVERSE_RECORDER_H
#define FINALVERSE_RECORDER_H

#include <stdint.h>

// What a program does to the files below a directory, and what it sends over sockets, in the order in
// which it happens. The library is preloaded into the program; see docs/proofs.md.
//
//   FINALVERSE_RECORD_ROOT  the directory, as an absolute path without links
//   FINALVERSE_RECORD_FILE  where the recording goes; appended to, also by several processes
//   FINALVERSE_RECORD_KILL  after so many records of its own the process is killed; not at all without it

// A record: this header, `path_bytes` bytes of path, and the rest of `bytes` is data. Little-endian.
struct recorder_header {
  uint32_t bytes;       // all of the record
  uint8_t kind;         // enum recorder_kind
  uint8_t flags;        // enum recorder_flags
  uint16_t path_bytes;  // of the path
  uint64_t file;        // the inode's number: of a file, or of a socket
  uint64_t number;      // as the kind says
};

enum recorder_kind {
  RECORDER_START = 1,      // a process began; number: its process id
  RECORDER_CREATE = 2,     // a file came to exist at path
  RECORDER_MKDIR = 3,      // a directory came to exist at path
  RECORDER_WRITE = 4,      // data was written; number: the offset
  RECORDER_TRUNCATE = 5,   // the file's size was set; number: the size
  RECORDER_SYNC = 6,       // all that was written to the file is on the disk
  RECORDER_SYNC_DIR = 7,   // the names in the directory at path are on the disk
  RECORDER_RENAME = 8,     // path got the name that is in the data
  RECORDER_UNLINK = 9,     // the name at path is gone
  RECORDER_RMDIR = 10,     // the directory at path is gone
  RECORDER_SEND = 11,      // data left over a socket
  RECORDER_NOTE = 12,      // what a test has to say; never written by the library
  RECORDER_LINK = 13,      // the file got the further name at path
  RECORDER_MAP = 14,       // the file at path is written through memory: its content is not known
};

enum recorder_flags {
  RECORDER_DURABLE = 1,  // RECORDER_WRITE: the file was opened with O_DSYNC, so the data is on the disk
};

#endif
