public import Schema
import SwiftProtobuf

// Shorter ways to write the schema's values.

extension Topic {
  /// What concerns the player alone.
  public static func own() -> Topic { Topic(.own(OwnTopic())) }
  /// What all may see in the player's region and those around it.
  ///
  /// Follows the player.
  public static func surroundings() -> Topic { Topic(.surroundings(SurroundingsTopic())) }
  /// What concerns everyone.
  public static func everyone() -> Topic { Topic(.everyone(EveryoneTopic())) }
  /// Everything; operators and analysts only.
  public static func operators() -> Topic { Topic(.operators(OperatorsTopic())) }
  /// What all may see in one region.
  public static func region(_ region: UInt32) -> Topic { Topic(.region(region)) }

  private init(_ topic: OneOf_Topic) {
    self.init()
    self.topic = topic
  }
}

extension Point {
  /// A place, in millimetres from the world's south-west corner to the east and to the north.
  public init(xMM: Int64, yMM: Int64) {
    self.init()
    self.xMm = xMM
    self.yMm = yMM
  }
}

extension GoodsSpec {
  /// Goods as a command names them.
  ///
  /// - Parameters:
  ///   - coins: Coins; 0 and up.
  ///   - stacks: How many of which kind.
  ///   - items: Numbers of unique items.
  public init(
    coins: Int64 = 0, stacks: KeyValuePairs<UInt32, Int64> = [:], items: [UInt64] = []
  ) {
    self.init()
    self.coins = coins
    self.stacks = stacks.map { kind, quantity in
      ItemStack.with {
        $0.kind = kind
        $0.quantity = quantity
      }
    }
    self.items = items
  }

  /// Names goods that an event told of.
  public init(_ goods: Goods) {
    self.init()
    self.coins = goods.coins
    self.stacks = goods.stacks
    self.items = goods.items.map(\.item)
  }
}
