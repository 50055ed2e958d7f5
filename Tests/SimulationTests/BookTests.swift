import EventLog
import Schema
import SwiftProtobuf
import Testing
import World

@testable import Simulation

/// The books are what finds faults, so each must find its own.
@Suite struct BookTests {
  private static let player = ActorID(1_000)

  private static func entry(_ position: UInt64, _ command: UInt64) -> EntryStamp {
    EntryStamp(
      position: Position(position), time: Timestamp(microseconds: 0), actor: player,
      commandID: CommandID(command))
  }

  private static func key(_ command: UInt64) -> CommandBook.Key {
    CommandBook.Key(actor: player, command: CommandID(command))
  }

  private static func breach(_ body: () throws(Breach) -> Void) -> Breach.Promise? {
    do throws(Breach) {
      try body()
      return nil
    } catch {
      return error.promise
    }
  }

  @Test func `an acknowledgement needs its entry`() throws {
    var book = CommandBook()
    book.send(Self.key(1))
    #expect(
      Self.breach { () throws(Breach) in
        try book.acknowledge(Self.key(1), at: Position(5), durable: Position(9), life: 1)
      } == .durable)
    try book.record(Self.entry(5, 1))
    try book.acknowledge(Self.key(1), at: Position(5), durable: Position(9), life: 1)
    #expect(
      Self.breach { () throws(Breach) in
        try book.acknowledge(Self.key(1), at: Position(6), durable: Position(9), life: 1)
      } == .once)
    #expect(book.told == Position(6))
  }

  @Test func `a command takes effect once within the window, and was sent`() throws {
    var book = CommandBook()
    #expect(
      Self.breach { () throws(Breach) in try book.record(Self.entry(1, 1)) } == .once)
    for command in 1...200 as ClosedRange<UInt64> { book.send(Self.key(command)) }
    try book.record(Self.entry(1, 1))
    #expect(
      Self.breach { () throws(Breach) in try book.record(Self.entry(2, 1)) } == .once)
    var later = CommandBook()
    for command in 1...200 as ClosedRange<UInt64> { later.send(Self.key(command)) }
    for command in 1...129 as ClosedRange<UInt64> {
      try later.record(Self.entry(command, command))
    }
    // The first is beyond the window by now.
    #expect(later.position(of: Self.key(1)) == nil)
    #expect(later.position(of: Self.key(2)) == Position(2))
    try later.record(Self.entry(130, 1))
  }

  @Test func `a retry is told the first outcome`() throws {
    var book = CommandBook()
    book.send(Self.key(1))
    book.send(Self.key(2))
    try book.record(Self.entry(1, 1))
    #expect(
      Self.breach { () throws(Breach) in
        try book.refuse(Self.key(1), with: "no", known: Position(1), life: 1)
      } == .once)
    try book.refuse(Self.key(2), with: "no", known: nil, life: 1)
    #expect(
      Self.breach { () throws(Breach) in
        try book.refuse(Self.key(2), with: "never", known: nil, life: 1)
      } == .once)
    try book.refuse(Self.key(2), with: "disk_full", known: nil, life: 1)
    // Another life of the server decides anew.
    try book.refuse(Self.key(2), with: "never", known: nil, life: 2)
    try book.record(Self.entry(2, 2))
    #expect(
      Self.breach { () throws(Breach) in
        try book.acknowledge(Self.key(2), at: Position(2), durable: Position(2), life: 2)
      } == .once)
  }

  private static func goods(_ coins: Int64, items: [UInt64] = []) -> Goods {
    .with {
      $0.coins = coins
      $0.items = items.map { item in
        .with {
          $0.item = item
          $0.kind = 9
        }
      }
    }
  }

  @Test func `nobody gives what it does not own`() throws {
    var book = GoodsBook()
    try book.follow(
      .goodsGranted(
        .with {
          $0.player = 1_000
          $0.goods = Self.goods(5, items: [1])
        }), at: Position(1))
    func give(_ goods: Goods) -> InventoryEvent.OneOf_Event {
      .goodsGiven(
        .with {
          $0.from = 1_000
          $0.to = 1_001
          $0.goods = goods
        })
    }
    for impossible in [Self.goods(6), Self.goods(0, items: [2]), Self.goods(-1)] {
      var copy = book
      #expect(
        Self.breach { () throws(Breach) in
          try copy.follow(give(impossible), at: Position(2))
        } == .conservation)
    }
    try book.follow(give(Self.goods(5, items: [1])), at: Position(2))
    #expect(book.coins == 5)
    #expect(
      Self.breach { () throws(Breach) in
        try book.follow(give(Self.goods(1)), at: Position(3))
      } == .conservation)
    #expect(
      Self.breach { () throws(Breach) in
        try book.follow(
          .goodsPlaced(.with { $0.goods = Self.goods(0, items: [1]) }), at: Position(4))
      } == .conservation)
  }
}
