import Projection
package import Schema

/// What a row of a list is found by: a player's score by its kind or board, a season by its board.
package struct BoardKey: Hashable, Sendable {
  /// A board, or a kind of score, as the schema numbers it.
  package let list: UInt32
  /// A player or a season.
  package let member: UInt64

  /// A player's score since the beginning of the world.
  package init(_ kind: ScoreKind, player: UInt64) {
    self.init(list: UInt32(clamping: kind.rawValue), member: player)
  }

  /// A player's score on a board.
  package init(_ board: BoardID, player: UInt64) {
    self.init(list: board.number, member: player)
  }

  /// A season of a board.
  package init(_ board: BoardID, season: UInt32) {
    self.init(list: board.number, member: UInt64(season))
  }

  private init(list: UInt32, member: UInt64) {
    self.list = list
    self.member = member
  }
}

extension BoardKey: Comparable {
  /// Orders by list, then by member.
  package static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.list, lhs.member) < (rhs.list, rhs.member)
  }
}

extension BoardKey: TableKey {
  /// Four bytes of list, eight of member.
  package static var encodedLength: Int { 4 + UInt64.encodedLength }

  /// Appends list and member.
  package func encode(into bytes: inout [UInt8]) {
    for shift in stride(from: 24, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: list >> UInt32(shift)))
    }
    member.encode(into: &bytes)
  }

  /// Reads list and member back.
  package init?(decoding bytes: ArraySlice<UInt8>) {
    guard bytes.count == Self.encodedLength else { return nil }
    guard let member = UInt64(decoding: bytes.dropFirst(4)) else { return nil }
    self.init(list: bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }, member: member)
  }

  /// That of the member's number, with each list far from the next.
  package var tableHash: UInt64 { (member ^ UInt64(list) << 48).tableHash }
}
