import EventLog
import Projection
import Testing

@Suite struct ImageReplacementTests {
  @Test(arguments: [0, 1, 5_000])
  func `a rebuilt image takes the old one's place, with the same digest`(last: Int) throws {
    let directory = try TemporaryDirectory()
    let last = Position(UInt64(last))
    var live: StateSummary?
    do {
      let server = try AlmanacServer(in: directory)
      server.write(through: last)
      live = server.checkpoint?.state
    }
    var rebuilt = Almanac(foldedThrough: last)
    let replacement = try write(&rebuilt, in: directory, through: last)
    #expect(replacement.checkpoint.state == live ?? .empty)
    #expect(replacement.checkpoint.position == last)
    try replacement.adopt()
    #expect(try directory.names().filter { $0.contains(".new") } == [])

    let server = try AlmanacServer(in: directory)
    #expect(server.restored.discarded == nil)
    #expect(server.position == last)
    #expect(server.almanac.contents() == Almanac.contents(foldedThrough: last))
    server.write(through: last.advanced(by: 500))
    #expect(server.checkpoint?.state == (try StateSummary(of: &server.almanac)))
  }

  @Test func `a rebuild that is dropped leaves the old image as it was`() throws {
    let directory = try TemporaryDirectory()
    do {
      let server = try AlmanacServer(in: directory)
      server.write(through: Position(100))
    }
    let before = try directory.contents("almanac-v3.image")
    do {
      var rebuilt = Almanac(foldedThrough: Position(900))
      _ = try write(&rebuilt, in: directory, through: Position(900))
    }
    #expect(try directory.contents("almanac-v3.image") == before)
    #expect(try directory.names() == ["almanac-v3.image", "almanac-v3.image-lock"])
  }

  @Test func `what an interrupted rebuild left is removed`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Array(repeating: 7, count: 100_000), to: "almanac-v3.image.new")
    try directory.write([1, 2, 3], to: "almanac-v3.image.new-lock")
    var rebuilt = Almanac(foldedThrough: Position(900))
    try write(&rebuilt, in: directory, through: Position(900)).adopt()
    let server = try AlmanacServer(in: directory)
    #expect(server.position == Position(900))
    #expect(try directory.names() == ["almanac-v3.image", "almanac-v3.image-lock"])
  }

  @Test(arguments: [DiskPace.full, .gentle])
  func `a rebuild of many rows keeps every one`(pace: DiskPace) throws {
    let directory = try TemporaryDirectory()
    var roster = Roster()
    for key in 0..<20_000 as Range<UInt64> {
      roster.jobs.set(key &* 0x9E37_79B9_7F4A_7C15, to: job(due: Int64(key)))
    }
    let replacement = try ImageReplacement.write(
      &roster, in: directory.path, of: AlmanacServer.logID, through: Position(20_000),
      at: AlmanacServer.time, pace: pace, configuration: .small)
    try replacement.adopt()
    var restored = Roster()
    let image = try Image.restore(
      &restored, in: directory.path, of: AlmanacServer.logID, through: Position(20_000),
      configuration: .small)
    #expect(image.discarded == nil)
    #expect(restored.jobs.count == 20_000)
    #expect(try StateSummary(of: &restored) == StateSummary(of: &roster))
  }

  private func write(
    _ almanac: inout Almanac, in directory: TemporaryDirectory, through last: Position
  ) throws -> ImageReplacement {
    try ImageReplacement.write(
      &almanac, in: directory.path, of: AlmanacServer.logID, through: last,
      at: AlmanacServer.time, configuration: .small)
  }
}
