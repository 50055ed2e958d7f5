import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct BoardCommandTests {
  let fixture: WorldFixture

  init() throws {
    fixture = try WorldFixture()
  }

  @Test func `boards are listed by number`() throws {
    try fixture.runAsOperator(.defineBoard(7, "Deals", by: .trades))
    try fixture.runAsOperator(
      .defineBoard(2, "Week", by: .distance, season: 7 * 86_400_000_000))
    let boards = try fixture.askAsOperator(.boards).leaderboards.boards.boards
    #expect(boards.map(\.board) == [2, 7])
    #expect(boards.map(\.score) == [.distance, .trades])
    #expect(boards.map(\.season) == [1, 0])
    #expect(boards[0].endsUs == fixture.now.microseconds + 7 * 86_400_000_000)
  }

  @Test(
    arguments: [
      (.defineBoard(0, "Wealth", by: .wealth), "board"),
      (.defineBoard(1, "", by: .wealth), "name"),
      (.defineBoard(1, " Wealth", by: .wealth), "name"),
      (.defineBoard(1, String(repeating: "x", count: 61), by: .wealth), "name"),
      (.defineBoard(1, "Wealth", by: .unspecified), "score"),
      (.defineBoard(1, "Wealth", by: .UNRECOGNIZED(99)), "score"),
      (.defineBoard(1, "Wealth", by: .UNRECOGNIZED(-1)), "score"),
      (.defineBoard(1, "Wealth", by: .wealth, season: 59_999_999), "season_us"),
      (.defineBoard(1, "Wealth", by: .wealth, season: -1), "season_us"),
      (.defineBoard(1, "Wealth", by: .wealth, season: .max), "season_us"),
      (.defineBoard(1, "Wealth", by: .wealth, firstEnd: .max), "first_end_us"),
      (.defineBoard(1, "Wealth", by: .wealth, season: 60_000_000, firstEnd: 1), "first_end_us"),
      (.defineBoard(1, "Wealth", by: .wealth, season: 60_000_000, firstEnd: .max), "first_end_us"),
      (.defineBoard(1, "Wealth", by: .wealth, season: 60_000_000, firstEnd: .min), "first_end_us"),
    ] as [(Command, String)])
  func `a board that cannot be is refused`(command: Command, field: String) {
    expectRejection(LeaderboardsRejection.invalidBoard, field: "define_board.\(field)") {
      try fixture.runAsOperator(command)
    }
  }

  @Test func `a number is used once and a name by one board at a time`() throws {
    try fixture.runAsOperator(.defineBoard(1, "Wealth", by: .wealth))
    expectRejection(LeaderboardsRejection.boardTaken, field: "define_board.board") {
      try fixture.runAsOperator(.defineBoard(1, "Other", by: .wealth))
    }
    expectRejection(LeaderboardsRejection.boardNameTaken, field: "define_board.name") {
      try fixture.runAsOperator(.defineBoard(2, "WEALTH", by: .wealth))
    }
    try fixture.runAsOperator(.retireBoard(1))
    expectRejection(LeaderboardsRejection.boardTaken, field: "define_board.board") {
      try fixture.runAsOperator(.defineBoard(1, "Wealth", by: .wealth))
    }
    try fixture.runAsOperator(.defineBoard(2, "Wealth", by: .wealth))
  }

  @Test func `there are no more boards than a fold can serve`() throws {
    fixture.isChecking = false
    for number in 1...UInt32(Leaderboards.boardsMax) {
      try fixture.runAsOperator(.defineBoard(number, "Board \(number)", by: .wealth))
    }
    expectRejection(LeaderboardsRejection.tooManyBoards, field: "define_board.board") {
      try fixture.runAsOperator(.defineBoard(900, "One more", by: .wealth))
    }
    try fixture.runAsOperator(.retireBoard(1))
    for number in 65...UInt32(Leaderboards.boardsEverMax) {
      try fixture.runAsOperator(.defineBoard(number, "Board \(number)", by: .wealth))
      try fixture.runAsOperator(.retireBoard(number))
    }
    expectRejection(LeaderboardsRejection.tooManyBoards, field: "define_board.board") {
      try fixture.runAsOperator(.defineBoard(2_000, "One more", by: .wealth))
    }
    #expect(fixture.world.violations() == [])
  }

  @Test func `only what is there is taken down`() throws {
    try fixture.runAsOperator(.defineBoard(1, "Wealth", by: .wealth))
    try fixture.runAsOperator(.retireBoard(1))
    for number in [0, 1, 5, .max] as [UInt32] {
      expectRejection(LeaderboardsRejection.noSuchBoard, field: "retire_board.board") {
        try fixture.runAsOperator(.retireBoard(number))
      }
    }
  }

  @Test(arguments: [Command.defineBoard(1, "Wealth", by: .wealth), .retireBoard(1)])
  func `players set up nothing`(command: Command) throws {
    let ann = try fixture.newPlayer("Ann")
    expectRejection(CommonRejection.notAllowed) { try fixture.run(command, by: ann) }
  }

  @Test func `a season without cause ends nothing`() throws {
    try fixture.runAsOperator(.defineBoard(1, "Wealth", by: .wealth))
    try fixture.runAsOperator(
      .defineBoard(2, "Week", by: .wealth, season: WorldFixture.minute))
    for number in 1...3 as ClosedRange<UInt64> {
      expectRejection(LeaderboardsRejection.noSuchSeason, field: "subject") {
        try fixture.serve(
          .fire(
            .with {
              $0.kind = .seasonEnd
              $0.subject = number
            }))
      }
    }
  }

  @Test func `what is not there is not shown`() throws {
    let ann = try fixture.newPlayer("Ann")
    try fixture.runAsOperator(
      .defineBoard(2, "Week", by: .wealth, season: WorldFixture.minute))
    let absent: [(Query, LeaderboardsRejection, String)] = [
      (.top(1), .noSuchBoard, "board"), (.top(0), .noSuchBoard, "board"),
      (.rank(on: .max), .noSuchBoard, "board"), (.seasons(of: 1), .noSuchBoard, "board"),
      (.top(2, season: 2), .noSuchSeason, "season"),
      (.rank(on: 2, season: .max), .noSuchSeason, "season"),
      (.top(2, limit: 101), .pageOutOfRange, "limit"),
      (.rank(on: 2, neighbours: 51), .pageOutOfRange, "neighbours"),
      (.rank(of: 5, on: 2), .notRanked, "player"),
    ]
    for (query, code, field) in absent {
      expectRejection(code, field: field) { _ = try fixture.ask(query, by: ann) }
    }
  }
}
