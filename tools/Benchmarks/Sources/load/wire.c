#include "wire.h"

#include <stdio.h>
#include <string.h>

void writer_init(writer *w) { w->at = w->room + sizeof w->room; }

size_t writer_count(const writer *w) { return (size_t)(w->room + sizeof w->room - w->at); }

static void put_varint(writer *w, uint64_t value) {
  unsigned count = (70 - (unsigned)__builtin_clzll(value | 1)) / 7;
  w->at -= count;
  for (unsigned i = 0; i < count; i++, value >>= 7)
    w->at[i] = (uint8_t)(value & 127) | (i + 1 < count ? 128 : 0);
}

void put_varint_field(writer *w, unsigned number, uint64_t value) {
  put_varint(w, value);
  put_varint(w, number << 3);
}

void put_fixed64_field(writer *w, unsigned number, uint64_t value) {
  w->at -= 8;
  memcpy(w->at, &value, 8);
  put_varint(w, number << 3 | 1);
}

void wrap_field(writer *w, unsigned number, const uint8_t *end) {
  put_varint(w, (uint64_t)(end - w->at));
  put_varint(w, number << 3 | 2);
}

void put_bytes_field(writer *w, unsigned number, const void *bytes, size_t count) {
  const uint8_t *end = w->at;
  w->at -= count;
  if (count) memcpy(w->at, bytes, count);
  wrap_field(w, number, end);
}

static bool next_varint(reader *r, uint64_t *value) {
  *value = 0;
  for (unsigned shift = 0; shift < 64 && r->at < r->end; shift += 7) {
    uint8_t byte = *r->at++;
    *value |= (uint64_t)(byte & 127) << shift;
    if (byte < 128) return true;
  }
  return false;
}

bool next_field(reader *r, field *f) {
  uint64_t tag, count;
  *f = (field){0};
  if (!next_varint(r, &tag)) return false;
  f->number = (unsigned)(tag >> 3);
  switch (tag & 7) {
    case 0: return next_varint(r, &f->value);
    case 1: count = 8; break;
    case 5: count = 4; break;
    case 2:
      if (!next_varint(r, &count)) return false;
      break;
    default: return false;
  }
  if (count > (uint64_t)(r->end - r->at)) return false;
  if ((tag & 7) != 2) memcpy(&f->value, r->at, count);
  f->content = (reader){r->at, r->at + count};
  r->at += count;
  return true;
}

field find_field(reader r, unsigned number) {
  field f;
  while (next_field(&r, &f))
    if (f.number == number) return f;
  return (field){0};
}

size_t write_frame_head(uint8_t *to, unsigned opcode, size_t count, bool masked) {
  size_t length = 2;
  to[0] = (uint8_t)(0x80 | opcode);
  if (count < 126) {
    to[1] = (uint8_t)count;
  } else if (count < 65536) {
    to[1] = 126;
    to[2] = (uint8_t)(count >> 8);
    to[3] = (uint8_t)count;
    length = 4;
  } else {
    to[1] = 127;
    for (int i = 0; i < 8; i++) to[2 + i] = (uint8_t)(count >> (56 - 8 * i));
    length = 10;
  }
  if (masked) {
    to[1] |= 128;
    memset(to + length, 0, 4);
    length += 4;
  }
  return length;
}

size_t read_frame(const uint8_t *bytes, size_t count, frame *f) {
  if (count < 2) return 0;
  size_t head = 2, length = bytes[1] & 127;
  if (length >= 126) {
    unsigned width = length == 126 ? 2 : 8;
    if (count < 2 + width) return 0;
    length = 0;
    for (unsigned i = 0; i < width; i++) length = length << 8 | bytes[2 + i];
    head += width;
  }
  if (bytes[1] & 128) head += 4;
  if (count < head || count - head < length) return 0;
  f->opcode = bytes[0] & 15;
  f->payload = (reader){bytes + head, bytes + head + length};
  return head + length;
}

void send_upgrade(connection *c) {
  static const char request[] =
      "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ZmluYWx2ZXJzZSBsb2FkIQ==\r\n"
      "Sec-WebSocket-Protocol: finalverse.v1.proto\r\n\r\n";
  buffer_append(&c->out, request, sizeof request - 1);
}

// Ends a ClientMessage whose request is written, and puts its frame into the connection's buffer.
static void send_message(connection *c, writer *w, uint64_t id) {
  put_varint_field(w, 1, id);
  size_t count = writer_count(w);
  uint8_t *to = buffer_reserve(&c->out, count + 14);
  size_t head = write_frame_head(to, FRAME_BINARY, count, true);
  memcpy(to + head, w->at, count);
  c->out.end += head + count;
}

// Ends a command of the system whose message is written.
static void send_command(connection *c, writer *w, uint64_t id, uint64_t command_id,
                         unsigned system, unsigned command) {
  const uint8_t *end = w->room + sizeof w->room;
  wrap_field(w, command, end);
  wrap_field(w, system, end);
  wrap_field(w, 2, end);
  put_fixed64_field(w, 1, command_id);
  wrap_field(w, CLIENT_COMMAND, end);
  send_message(c, w, id);
}

void send_sign_in(connection *c, uint64_t id) {
  writer w;
  writer_init(&w);
  const uint8_t *end = w.at;
  put_bytes_field(&w, 3, "load", 4);
  put_bytes_field(&w, 1, NULL, 0);
  wrap_field(&w, CLIENT_SIGN_IN, end);
  send_message(c, &w, id);
}

void send_world_query(connection *c, uint64_t id) {
  writer w;
  writer_init(&w);
  const uint8_t *end = w.at;
  put_bytes_field(&w, 1, NULL, 0);
  wrap_field(&w, 3, end);
  wrap_field(&w, CLIENT_QUERY, end);
  send_message(c, &w, id);
}

void send_subscribe(connection *c, uint64_t id, uint32_t region) {
  writer w;
  writer_init(&w);
  const uint8_t *end = w.at;
  put_varint_field(&w, 3, region);
  wrap_field(&w, 1, end);
  wrap_field(&w, CLIENT_SUBSCRIBE, end);
  send_message(c, &w, id);
}

void send_create_profile(connection *c, uint64_t id, uint64_t command_id, uint64_t player,
                         uint32_t home_region) {
  char name[25];
  int count = snprintf(name, sizeof name, "Load %llu", (unsigned long long)player);
  writer w;
  writer_init(&w);
  put_varint_field(&w, 3, home_region);
  put_bytes_field(&w, 1, name, (size_t)count);
  send_command(c, &w, id, command_id, 1, 1);
}

void send_start_move(connection *c, uint64_t id, uint64_t command_id, int64_t x_mm, int64_t y_mm) {
  writer w;
  writer_init(&w);
  const uint8_t *end = w.at;
  put_varint_field(&w, 2, (uint64_t)y_mm);
  put_varint_field(&w, 1, (uint64_t)x_mm);
  wrap_field(&w, 1, end);
  send_command(c, &w, id, command_id, 4, 1);
}

void send_offer_trade(connection *c, uint64_t id, uint64_t command_id, uint64_t partner,
                      int64_t coins) {
  writer w;
  writer_init(&w);
  const uint8_t *end = w.at;
  put_varint_field(&w, 1, (uint64_t)coins);
  wrap_field(&w, 2, end);
  put_varint_field(&w, 1, partner);
  send_command(c, &w, id, command_id, 6, 1);
}

void send_accept_trade(connection *c, uint64_t id, uint64_t command_id, uint64_t trade) {
  writer w;
  writer_init(&w);
  put_varint_field(&w, 2, 1);
  put_varint_field(&w, 1, trade);
  send_command(c, &w, id, command_id, 6, 3);
}
