import EventLog
import Projection
import Schema
import Testing

@Suite struct ImageTests {
  @Test func `what was written is restored, and folding goes on from there`() throws {
    let directory = try TemporaryDirectory()
    do {
      let server = try AlmanacServer(in: directory)
      #expect(server.restored.checkpoint == nil)
      #expect(server.restored.position == .zero)
      for position in [1, 2, 50, 500, 501, 2_000] {
        server.write(through: Position(UInt64(position)))
      }
      server.writer.stop()
      #expect(server.reports.texts == [])
    }
    let server = try AlmanacServer(in: directory)
    #expect(server.restored.discarded == nil)
    #expect(server.position == Position(2_000))
    #expect(server.almanac.contents() == Almanac.contents(foldedThrough: Position(2_000)))
    #expect(server.almanac.jobs.changeCount == 0)
    #expect(server.almanac.retries.changeCount == 0)
    server.write(through: Position(2_500))
    #expect(server.almanac.contents() == Almanac.contents(foldedThrough: Position(2_500)))
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func `the digest that is kept up is that of all rows`(seed: UInt64) throws {
    let directory = try TemporaryDirectory()
    var generator = RepeatableGenerator(seed: seed)
    let server = try AlmanacServer(in: directory)
    for _ in 0..<25 {
      server.write(through: server.position.advanced(by: 1 + generator.next(below: 300)))
      let checkpoint = try #require(server.checkpoint)
      #expect(checkpoint.state == (try StateSummary(of: &server.almanac)))
      #expect(checkpoint.position == server.position)
    }
  }

  @Test func `a checkpoint says what the image is of`() throws {
    let directory = try TemporaryDirectory()
    let server = try AlmanacServer(in: directory)
    server.write(through: Position(10))
    let checkpoint = try #require(try server.restored.image.snapshot().checkpoint())
    #expect(checkpoint == server.checkpoint)
    #expect(checkpoint.projection == "almanac")
    #expect(checkpoint.version == 3)
    #expect(checkpoint.logID == AlmanacServer.logID)
    #expect(checkpoint.writtenAt == AlmanacServer.time)
  }

  @Test func `an image of another version under its name is discarded and written anew`() throws {
    let directory = try TemporaryDirectory()
    do {
      let server = try AlmanacServer(in: directory)
      server.write(through: Position(300))
    }
    try directory.write(directory.contents("almanac-v3.image"), to: "almanac-v4.image")
    var almanac = LaterAlmanac()
    let restored = try Image.restore(
      &almanac, in: directory.path, of: AlmanacServer.logID, through: Position(300),
      configuration: .small)
    #expect(restored.discarded?.code == .otherVersion)
    #expect(restored.checkpoint == nil)
    #expect(almanac.jobs.count == 0)
  }

  @Test func `an image of another log is discarded`() throws {
    let directory = try TemporaryDirectory()
    do {
      let server = try AlmanacServer(in: directory)
      server.write(through: Position(300))
    }
    var almanac = Almanac()
    let restored = try Image.restore(
      &almanac, in: directory.path, of: LogID(rawValue: 1), through: Position(300),
      configuration: .small)
    #expect(restored.discarded?.code == .otherLog)
    #expect(almanac.contents() == Almanac.contents(foldedThrough: .zero))
  }

  /// It is the only one who can know that the end of the log is missing.
  @Test func `an image that is ahead of the log is left alone, and nothing is served`() throws {
    let directory = try TemporaryDirectory()
    do {
      let server = try AlmanacServer(in: directory)
      server.write(through: Position(300))
    }
    for last in [0, 299] as [UInt64] {
      let fault = #expect(throws: ImageFault.self) {
        _ = try AlmanacServer(in: directory, logEndsAt: Position(last))
      }
      #expect(fault?.code == .aheadOfLog)
    }
    let server = try AlmanacServer(in: directory, logEndsAt: Position(300))
    #expect(server.restored.discarded == nil)
    #expect(server.position == Position(300))
  }

  @Test func `the image of one projection is not taken for another's`() throws {
    let directory = try TemporaryDirectory()
    do {
      let server = try AlmanacServer(in: directory)
      server.write(through: Position(300))
    }
    try directory.write(directory.contents("almanac-v3.image"), to: "roster.image")
    var roster = Roster()
    let restored = try Image.restore(
      &roster, in: directory.path, of: AlmanacServer.logID, through: Position(300),
      configuration: .small)
    #expect(restored.discarded?.code == .damaged)
    #expect(roster.jobs.count == 0)
  }

  @Test(arguments: [0, 1, 4_095, 4_096, 8_191, 8_192])
  func `a file that was cut off is discarded, and an empty one is begun`(count: Int) throws {
    let directory = try TemporaryDirectory()
    do {
      let server = try AlmanacServer(in: directory)
      server.write(through: Position(300))
    }
    try directory.write(
      Array(directory.contents("almanac-v3.image").prefix(count)), to: "almanac-v3.image")
    let server = try AlmanacServer(in: directory)
    #expect(server.restored.discarded?.code == (count == 0 ? nil : .damaged))
    server.write(through: Position(300))
    #expect(server.checkpoint?.state == (try StateSummary(of: &server.almanac)))
  }

  @Test func `a file that is no image is discarded`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Array(repeating: 0x41, count: 20_000), to: "almanac-v3.image")
    let server = try AlmanacServer(in: directory)
    #expect(server.restored.discarded?.code == .damaged)
    let message = try #require(server.restored.discarded?.description)
    #expect(message.contains("almanac-v3.image"))
    #expect(message.contains("rebuilt from the log"))
  }

  @Test func `an image that cannot be opened is an error, and is not removed`() throws {
    let directory = try TemporaryDirectory()
    try directory.write([], to: "images")
    var almanac = Almanac()
    #expect(throws: ImageFault.self) {
      try Image.restore(
        &almanac, in: directory.file("images/below"), of: AlmanacServer.logID, through: .zero)
    }
    #expect(try directory.names() == ["images"])
  }
}

/// The almanac after its rows have changed their meaning.
private struct LaterAlmanac: Projection, ~Copyable {
  static let name = "almanac"
  static let version: UInt32 = 4

  var jobs = Table<JobKey, JobRow>("jobs")

  mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&jobs)
  }
}
