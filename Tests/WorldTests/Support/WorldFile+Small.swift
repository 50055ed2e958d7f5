import Schema
import SwiftProtobuf

extension WorldFile {
  /// Three by two regions of 10 m, four kinds of items, and a pile in the middle of regions 1 and
  /// 2.
  static var small: Self {
    .with {
      $0.name = "Etude"
      $0.columns = 3
      $0.rows = 2
      $0.cellMm = 10_000
      $0.rules = .small
      $0.itemKinds = [
        .define(Kind.note, "Note", stackMax: 100), .define(Kind.reed, "Reed", stackMax: 10),
        .define(Kind.lute, "Lute", stackMax: 0), .define(Kind.drum, "Drum", stackMax: 0),
      ]
      $0.regions = ["Prelude", "Fugue", "Canon", "Rondo", "Aria", "Coda"].map { name in
        .with { $0.name = name }
      }
      $0.regions[0].piles = [
        .with {
          $0.offset = .at(5_000, 5_000)
          $0.coins = 50
          $0.stacks = [.of(Kind.reed, 5)]
        }
      ]
      $0.regions[1].piles = [
        .with {
          $0.offset = .at(5_000, 5_000)
          $0.items = [.of(Kind.drum, 2)]
        }
      ]
    }
  }
}

/// The kinds of items of the small world.
enum Kind {
  static let note: UInt32 = 1
  static let reed: UInt32 = 2
  static let lute: UInt32 = 3
  static let drum: UInt32 = 4
}

extension WorldRules {
  /// A new player has 100 coins, 20 notes and a lute, and 6 slots of which these take 2.
  static var small: Self {
    .with {
      $0.speedMaxMmS = 10_000
      $0.speedDefaultMmS = 2_000
      $0.reachMm = 3_000
      $0.idleAfterUs = 60_000_000
      $0.tradeExpiresAfterUs = 30_000_000
      $0.tradesMax = 3
      $0.inventorySlots = 6
      $0.startingCoins = 100
      $0.startingStacks = [.of(Kind.note, 20)]
      $0.startingItems = [Kind.lute]
    }
  }
}

extension Point {
  static func at(_ x: Int64, _ y: Int64) -> Self {
    .with {
      $0.xMm = x
      $0.yMm = y
    }
  }
}

extension DefineItemKind {
  static func define(_ kind: UInt32, _ name: String, stackMax: Int64) -> Self {
    .with {
      $0.kind = kind
      $0.name = name
      $0.stackMax = stackMax
    }
  }
}
