import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct FoundingTests {
  @Test func `a world begins with itself, its kinds, and an entry for each pile`() throws {
    let entries = try Founding.entries(for: .small, seed: 7)
    #expect(entries.map { $0.events.count } == [11, 1, 1])
    #expect(entries[0].events[0].regions.worldFounded.seed == 7)
    let piles = entries.dropFirst().map { $0.events[0].inventory.goodsPlaced }
    #expect(piles.map(\.pile) == [2, 3])
    #expect(piles.map(\.region) == [1, 2])
    #expect(piles.map(\.at) == [.at(5_000, 5_000), .at(15_000, 5_000)])
    #expect(piles[1].goods.items.map(\.item) == [1, 2])
  }

  @Test func `items are numbered on from pile to pile`() throws {
    var file = WorldFile.small
    file.regions[0].piles[0].items = [.of(Kind.lute, 3)]
    let entries = try Founding.entries(for: file, seed: 7)
    let numbers = entries.flatMap(\.events).flatMap { $0.inventory.goodsPlaced.goods.items }
    #expect(numbers.map(\.item) == [1, 2, 3, 4, 5])
  }

  @Test func `no entry has more events than an entry may`() throws {
    var file = WorldFile.small
    file.columns = 20
    file.rows = 10
    file.regions = (1...200).map { number in .with { $0.name = "Region \(number)" } }
    let entries = try Founding.entries(for: file, seed: 7)
    #expect(entries.map { $0.events.count } == [64, 64, 64, 13])
    let fixture = try WorldFixture(file)
    #expect(fixture.world.regions.row(of: 200)?.name == "Region 200")
  }

  @Test func `the standard world is in order, and somebody can live in it`() throws {
    let fixture = try WorldFixture(.standard)
    let ann = try fixture.newPlayer("Ann", home: 20)
    #expect(fixture.world.regions.grid == Grid(columns: 5, rows: 4, cell: 100_000))
    #expect(fixture.world.ownState(of: ann, at: fixture.now).inventory.items.count == 1)
    #expect(try fixture.top(1) == [Line(ann, 100)])
    let boards = fixture.world.leaderboards.boardsInUse()
    #expect(boards.map(\.board) == [1, 2, 3, 4] && boards.map(\.season) == [0, 0, 0, 1])
    let week = fixture.now + 7 * 86_400_000_000
    #expect(fixture.world.scheduler.nextByCalendar == week)
    // The invariants of twenty regions, by the hour of a quarter of a year, would take minutes.
    fixture.isChecking = false
    fixture.wait(7 * 86_400_000_000)
    #expect(fixture.board(4).season == 2 && fixture.board(4).beganUs == week.microseconds)
    #expect(fixture.world.violations() == [])
  }

  @Test func `a world file reads back from its JSON`() throws {
    let json = try WorldFile.standard.jsonUTF8Bytes() as [UInt8]
    #expect(try WorldFile(jsonUTF8Bytes: json) == .standard)
  }

  @Test(arguments: [
    Wrong("name") { $0.name = "" },
    Wrong("name") { $0.name = String(repeating: "x", count: 61) },
    Wrong("columns") { $0.columns = 0 },
    Wrong("columns") { $0.columns = 1_001 },
    Wrong("rows") { $0.rows = 0 },
    Wrong("columns") { ($0.columns, $0.rows) = (1_000, 11) },
    Wrong("cellMm") { $0.cellMm = 999 },
    Wrong("cellMm") { $0.cellMm = .max },
    Wrong("itemKinds[1].kind") { $0.itemKinds[1].kind = 1 },
    Wrong("itemKinds[0].kind") { $0.itemKinds[0].kind = 0 },
    Wrong("itemKinds[2].name") { $0.itemKinds[2].name = "REED" },
    Wrong("itemKinds[2].name") { $0.itemKinds[2].name = "" },
    Wrong("itemKinds[0].stackMax") { $0.itemKinds[0].stackMax = -1 },
    Wrong("itemKinds[3].description") {
      $0.itemKinds[3].description_p = String(repeating: "x", count: 501)
    },
    Wrong("regions") { $0.regions.removeLast() },
    Wrong("regions") { $0.columns = 4 },
    Wrong("regions[5].name") { $0.regions[5].name = "" },
    Wrong("regions[5].name") { $0.regions[5].name = "fugue" },
    Wrong("regions[0].description") {
      $0.regions[0].description_p = String(repeating: "x", count: 501)
    },
    Wrong("regions[0].piles[0].offset.xMm") { $0.regions[0].piles[0].offset.xMm = 10_000 },
    Wrong("regions[0].piles[0].offset.yMm") { $0.regions[0].piles[0].offset.yMm = -1 },
    Wrong("regions[0].piles[0].coins") { $0.regions[0].piles[0].coins = -1 },
    Wrong("regions[0].piles[0].stacks[0].kind") { $0.regions[0].piles[0].stacks[0].kind = 9 },
    Wrong("regions[0].piles[0].stacks[0].quantity") {
      $0.regions[0].piles[0].stacks[0].quantity = 0
    },
    Wrong("regions[1].piles[0].items[0].kind") { $0.regions[1].piles[0].items[0].kind = 1 },
    Wrong("regions[1].piles[0].items[0].count") { $0.regions[1].piles[0].items[0].count = 0 },
    Wrong("regions[1].piles[0]") { $0.regions[1].piles[0].items = [] },
    Wrong("boards[0].board") { $0.boards = [.board(0, "Wealth")] },
    Wrong("boards[0].name") { $0.boards = [.board(1, "")] },
    Wrong("boards[0].score") { $0.boards = [.with { ($0.board, $0.name) = (1, "Wealth") }] },
    Wrong("boards[0].seasonUs") { $0.boards = [.board(1, "Wealth") { $0.seasonUs = 1 }] },
    Wrong("boards[0].firstEndUs") { $0.boards = [.board(1, "Wealth") { $0.firstEndUs = 9 }] },
    Wrong("boards[1].board") { $0.boards = [.board(1, "Wealth"), .board(1, "Other")] },
    Wrong("boards[1].name") { $0.boards = [.board(1, "Wealth"), .board(2, "WEALTH")] },
    Wrong("boards") { file in file.boards = (1...65).map { .board($0, "Board \($0)") } },
    Wrong("regions[1].piles[499]") { file in
      file.regions[1].piles = (0..<500).map { _ in .with { $0.coins = 1_000_000_000_000_000 } }
    },
  ])
  func `what is wrong with a file is said with its path`(wrong: Wrong) {
    wrong.expectFault()
  }

  @Test(arguments: [
    Wrong("rules.speedMaxMmS") { $0.clearRules() },
    Wrong("rules.speedMaxMmS") { $0.rules.speedMaxMmS = 100_001 },
    Wrong("rules.speedDefaultMmS") { $0.rules.speedDefaultMmS = 10_001 },
    Wrong("rules.speedDefaultMmS") { $0.rules.speedDefaultMmS = 0 },
    Wrong("rules.reachMm") { $0.rules.reachMm = -1 },
    Wrong("rules.idleAfterUs") { $0.rules.idleAfterUs = 999_999 },
    Wrong("rules.tradeExpiresAfterUs") { $0.rules.tradeExpiresAfterUs = .max },
    Wrong("rules.tradesMax") { $0.rules.tradesMax = 0 },
    Wrong("rules.tradesMax") { $0.rules.tradesMax = Trades.openMax + 1 },
    Wrong("rules.inventorySlots") { $0.rules.inventorySlots = 0 },
    Wrong("rules.inventorySlots") { $0.rules.inventorySlots = 1 },
    Wrong("rules.startingCoins") { $0.rules.startingCoins = -1 },
    Wrong("rules.startingStacks[0].kind") { $0.rules.startingStacks[0].kind = Kind.lute },
    Wrong("rules.startingStacks[0].quantity") { $0.rules.startingStacks[0].quantity = .max },
    Wrong("rules.startingItems[0]") { $0.rules.startingItems[0] = Kind.reed },
  ])
  func `what is wrong with the rules is said with its path`(wrong: Wrong) {
    wrong.expectFault()
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    let path: String
    let change: @Sendable (inout WorldFile) -> Void

    var testDescription: String { path }

    init(_ path: String, _ change: @escaping @Sendable (inout WorldFile) -> Void) {
      self.path = path
      self.change = change
    }

    func expectFault() {
      var file = WorldFile.small
      change(&file)
      do throws(FoundingFault) {
        _ = try Founding.entries(for: file, seed: 7)
        Issue.record("no fault was found")
      } catch {
        #expect(error.path == path)
        #expect(error.message.hasSuffix("."))
        #expect(error.description == "\(path): \(error.message)")
      }
    }
  }
}

extension DefineBoard {
  fileprivate static func board(
    _ number: UInt32, _ name: String, _ change: (inout Self) -> Void = { _ in }
  ) -> Self {
    .with {
      $0.board = number
      $0.name = name
      $0.score = .wealth
      change(&$0)
    }
  }
}
