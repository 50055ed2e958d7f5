import Schema
import SwiftProtobuf

@testable import World

extension ItemStack {
  /// So many of a kind.
  static func of(_ kind: UInt32, _ quantity: Int64) -> Self {
    .with {
      $0.kind = kind
      $0.quantity = quantity
    }
  }
}

extension NewItems {
  /// So many new ones of a kind.
  static func of(_ kind: UInt32, _ count: UInt32) -> Self {
    .with {
      $0.kind = kind
      $0.count = count
    }
  }
}

extension UniqueItem {
  /// An item of a kind.
  static func of(_ item: UInt64, _ kind: UInt32) -> Self {
    .with {
      $0.item = item
      $0.kind = kind
    }
  }
}

extension Goods {
  /// Goods: stacks as kind and quantity, items as number and kind.
  static func of(
    coins: Int64 = 0, stacks: KeyValuePairs<UInt32, Int64> = [:],
    items: KeyValuePairs<UInt64, UInt32> = [:]
  ) -> Self {
    .with {
      $0.coins = coins
      $0.stacks = stacks.map { .of($0.key, $0.value) }
      $0.items = items.map { .of($0.key, $0.value) }
    }
  }
}

extension GoodsSpec {
  /// Goods as a command names them: stacks as kind and quantity, items by number.
  static func of(
    coins: Int64 = 0, stacks: KeyValuePairs<UInt32, Int64> = [:], items: [UInt64] = []
  ) -> Self {
    .with {
      $0.coins = coins
      $0.stacks = stacks.map { .of($0.key, $0.value) }
      $0.items = items
    }
  }
}
