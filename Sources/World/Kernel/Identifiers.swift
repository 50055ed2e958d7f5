package import EventLog
import Projection

/// A number that stands for one thing of the world; the tag keeps players from being taken for
/// trades.
package struct Identifier<Tag>: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The number; 0 stands for none.
  package let rawValue: UInt64

  /// Wraps a number as a message or a row has it.
  package init(_ rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// Wraps a number as a message or a row has it.
  package init(_ rawValue: UInt32) {
    self.rawValue = UInt64(rawValue)
  }

  /// Orders by number.
  package static func < (lhs: Self, rhs: Self) -> Bool {
    lhs.rawValue < rhs.rawValue
  }

  /// The number.
  package var description: String { String(rawValue) }
}

extension Identifier: TableKey {
  /// That of the number.
  package static var encodedLength: Int { UInt64.encodedLength }

  /// Appends the number.
  package func encode(into bytes: inout [UInt8]) {
    rawValue.encode(into: &bytes)
  }

  /// Reads the number back.
  package init?(decoding bytes: ArraySlice<UInt8>) {
    guard let rawValue = UInt64(decoding: bytes) else { return nil }
    self.rawValue = rawValue
  }

  /// That of the number.
  package var tableHash: UInt64 { rawValue.tableHash }
}

/// Tags of ``Identifier``.
package enum IdentifierTag {
  /// Of players.
  package enum Player {}
  /// Of sessions.
  package enum Session {}
  /// Of regions.
  package enum Region {}
  /// Of kinds of items.
  package enum ItemKind {}
  /// Of unique items.
  package enum Item {}
  /// Of piles.
  package enum Pile {}
  /// Of trades.
  package enum Trade {}
  /// Of leaderboards.
  package enum Board {}
  /// Of messages.
  package enum Message {}
  /// Of species.
  package enum Species {}
  /// Of wonders.
  package enum Wonder {}
  /// Of melodies.
  package enum Melody {}
  /// Of performances.
  package enum Performance {}
  /// Of echoes.
  package enum Echo {}
  /// Of what there is one of.
  package enum Single {}
}

/// A player: also the actor of its commands.
package typealias PlayerID = Identifier<IdentifierTag.Player>
/// A session: the position of the entry that opened it.
package typealias SessionID = Identifier<IdentifierTag.Session>
/// A region: 1 + row × columns + column.
package typealias RegionID = Identifier<IdentifierTag.Region>
/// A kind of item.
package typealias ItemKindID = Identifier<IdentifierTag.ItemKind>
/// A unique item.
package typealias ItemID = Identifier<IdentifierTag.Item>
/// Goods on the ground: the position of the entry that laid them down.
package typealias PileID = Identifier<IdentifierTag.Pile>
/// A trade: the position of the entry that opened it.
package typealias TradeID = Identifier<IdentifierTag.Trade>
/// A leaderboard.
package typealias BoardID = Identifier<IdentifierTag.Board>
/// A message: the position of the entry in which it was said.
package typealias MessageID = Identifier<IdentifierTag.Message>
/// A species.
package typealias SpeciesID = Identifier<IdentifierTag.Species>
/// A wonder: the position of the entry in which it appeared.
package typealias WonderID = Identifier<IdentifierTag.Wonder>
/// A melody: the position of the entry in which it was written down.
package typealias MelodyID = Identifier<IdentifierTag.Melody>
/// A performance: the position of the entry that proposed it.
package typealias PerformanceID = Identifier<IdentifierTag.Performance>
/// An echo.
package typealias EchoID = Identifier<IdentifierTag.Echo>
/// The key of a table that has one row.
package typealias SingleKey = Identifier<IdentifierTag.Single>

extension SingleKey {
  /// The one key.
  package static var only: Self { Self(UInt64(0)) }
}

extension EchoID {
  /// No echo: what comes before the first.
  package static var none: Self { Self(UInt64(0)) }
}

extension PlayerID {
  /// The player as an actor.
  package var actor: ActorID { ActorID(rawValue: rawValue) }
}

extension RegionID {
  /// The number as messages and rows have it.
  ///
  /// Regions are numbered up to 1,000,000.
  package var number: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
}

extension ItemKindID {
  /// The number as messages and rows have it.
  package var number: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
}

extension SpeciesID {
  /// The number as messages and rows have it.
  package var number: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
}

extension BoardID {
  /// The number as messages and rows have it.
  package var number: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
}
