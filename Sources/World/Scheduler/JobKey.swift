import Projection
package import Schema

/// What a job is found by: at most one of a kind for a subject.
package struct JobKey: Hashable, Sendable {
  /// What is to be done, as the schema numbers it.
  package let kind: UInt32
  /// To what.
  package let subject: UInt64

  /// The key of a job.
  package init(_ kind: JobKind, _ subject: UInt64) {
    self.init(kind: UInt32(clamping: kind.rawValue), subject: subject)
  }

  private init(kind: UInt32, subject: UInt64) {
    self.kind = kind
    self.subject = subject
  }
}

extension JobKey: CustomStringConvertible {
  /// Kind and subject.
  package var description: String { "job \(kind) of \(subject)" }
}

extension JobKey: Comparable {
  /// Orders by kind, then by subject.
  package static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.kind, lhs.subject) < (rhs.kind, rhs.subject)
  }
}

extension JobKey: TableKey {
  /// Four bytes of kind, eight of subject.
  package static var encodedLength: Int { 4 + UInt64.encodedLength }

  /// Appends kind and subject.
  package func encode(into bytes: inout [UInt8]) {
    for shift in stride(from: 24, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: kind >> UInt32(shift)))
    }
    subject.encode(into: &bytes)
  }

  /// Reads kind and subject back.
  package init?(decoding bytes: ArraySlice<UInt8>) {
    guard bytes.count == Self.encodedLength else { return nil }
    guard let subject = UInt64(decoding: bytes.dropFirst(4)) else { return nil }
    self.init(kind: bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }, subject: subject)
  }
}
