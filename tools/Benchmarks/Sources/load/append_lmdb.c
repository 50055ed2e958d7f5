// What LMDB itself can do, driven from C: values appended in order, every transaction synced.
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

static void check(int code) {
  if (code) fail("lmdb: %s", mdb_strerror(code));
}

int run_append_lmdb(const options *o) {
  MDB_env *environment;
  MDB_dbi entries;
  MDB_txn *transaction;
  uint8_t *value = calloc(1, (size_t)o->bytes);
  check(mdb_env_create(&environment));
  check(mdb_env_set_mapsize(environment, 64ULL << 30));
  check(mdb_env_open(environment, o->directory, MDB_NOTLS, 0600));
  check(mdb_txn_begin(environment, NULL, 0, &transaction));
  check(mdb_dbi_open(transaction, NULL, MDB_INTEGERKEY, &entries));
  check(mdb_txn_commit(transaction));

  uint64_t position = 0;
  int64_t begun = clock_ns(), end = begun + (int64_t)(o->seconds * 1e9), now;
  do {
    check(mdb_txn_begin(environment, NULL, 0, &transaction));
    for (int i = 0; i < o->batch; i++) {
      position++;
      memcpy(value, &position, sizeof position);
      MDB_val key = {sizeof position, &position}, data = {(size_t)o->bytes, value};
      check(mdb_put(transaction, entries, &key, &data, MDB_APPEND));
    }
    check(mdb_txn_commit(transaction));
    now = clock_ns();
  } while (now < end);
  mdb_env_close(environment);
  printf("{\"batch\": %d, \"bytes\": %d, \"entries\": %llu, \"entries_per_s\": %.0f}\n", o->batch,
         o->bytes, (unsigned long long)position, (double)position * 1e9 / (double)(now - begun));
  return 0;
}
