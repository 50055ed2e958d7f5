import Projection
import Schema

/// A key of two parts, which leaves its hash to the standard library.
struct JobKey: TableKey {
  let kind: UInt8
  let subject: UInt64

  static var encodedLength: Int { 9 }

  init(kind: UInt8, subject: UInt64) {
    self.kind = kind
    self.subject = subject
  }

  func encode(into bytes: inout [UInt8]) {
    bytes.append(kind)
    subject.encode(into: &bytes)
  }

  init?(decoding bytes: ArraySlice<UInt8>) {
    guard let kind = bytes.first, let subject = UInt64(decoding: bytes.dropFirst()) else {
      return nil
    }
    self.init(kind: kind, subject: subject)
  }

  static func < (left: Self, right: Self) -> Bool {
    (left.kind, left.subject) < (right.kind, right.subject)
  }
}

/// A row that says when something is due.
func job(due: Int64, subject: UInt64 = 0) -> JobRow {
  var row = JobRow()
  row.kind = .tradeExpiry
  row.subject = subject
  row.dueUs = due
  return row
}

/// A row as long as wanted.
func retryRow(actor: UInt64, count: Int) -> RetryRow {
  var row = RetryRow()
  row.actor = actor
  row.commandIds = (0..<UInt64(count)).map { $0 &* 0x9E37_79B9_7F4A_7C15 ^ actor }
  row.positions = (0..<UInt64(count)).map { $0 + actor }
  row.accepted = UInt64(count)
  return row
}
