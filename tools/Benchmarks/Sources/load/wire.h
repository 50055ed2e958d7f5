// The few messages of Schemas/finalverse/v1/wire.proto that a load needs, by hand, and the
// WebSocket frames (RFC 6455) that carry them.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"

// A message written from its end to its beginning, so that lengths are known when their turn comes.
typedef struct {
  uint8_t room[512];
  uint8_t *at;
} writer;

void writer_init(writer *w);
void put_varint_field(writer *w, unsigned number, uint64_t value);
void put_fixed64_field(writer *w, unsigned number, uint64_t value);
void put_bytes_field(writer *w, unsigned number, const void *bytes, size_t count);
// Makes all written since `end` (an earlier `at`) the content of a field.
void wrap_field(writer *w, unsigned number, const uint8_t *end);
size_t writer_count(const writer *w);

typedef struct {
  const uint8_t *at, *end;
} reader;

typedef struct {
  unsigned number;
  uint64_t value;  // Of a varint or a fixed-width field.
  reader content;  // Of a length-delimited field.
} field;

// The next field; false at the end, and at what is not protobuf.
bool next_field(reader *r, field *f);
// The first field of that number; all zero when there is none.
field find_field(reader r, unsigned number);

// Fields of ClientMessage and ServerMessage.
enum { CLIENT_SIGN_IN = 2, CLIENT_COMMAND = 3, CLIENT_QUERY = 4, CLIENT_SUBSCRIBE = 5 };
enum {
  SERVER_ACKNOWLEDGED = 2,
  SERVER_REJECTED = 3,
  SERVER_ANSWER = 4,
  SERVER_WELCOME = 5,
  SERVER_SUBSCRIBED = 6,
  SERVER_GOODBYE = 8,
  SERVER_FAILED = 9,
  SERVER_PUSH = 10,
};

// Asks to speak the binary subprotocol.
void send_upgrade(connection *c);
void send_sign_in(connection *c, uint64_t id);
void send_world_query(connection *c, uint64_t id);
void send_subscribe(connection *c, uint64_t id, uint32_t region);
void send_create_profile(connection *c, uint64_t id, uint64_t command_id, uint64_t player,
                         uint32_t home_region);
void send_start_move(connection *c, uint64_t id, uint64_t command_id, int64_t x_mm, int64_t y_mm);
void send_offer_trade(connection *c, uint64_t id, uint64_t command_id, uint64_t partner,
                      int64_t coins);
void send_accept_trade(connection *c, uint64_t id, uint64_t command_id, uint64_t trade);

// A frame's head: 2 to 14 bytes, with an all-zero mask when `masked`. Returns its length.
size_t write_frame_head(uint8_t *to, unsigned opcode, size_t count, bool masked);

enum { FRAME_BINARY = 2, FRAME_CLOSE = 8, FRAME_PING = 9, FRAME_PONG = 10 };

typedef struct {
  unsigned opcode;
  reader payload;  // As sent: a mask must be all zero.
} frame;

// Reads one whole frame. Returns its length, or 0 when its end has not come yet.
size_t read_frame(const uint8_t *bytes, size_t count, frame *f);
