import EventLog
import Projection
import Schema
import Synchronization
import Testing

@Suite struct ImageWriterTests {
  @Test func `nothing is written before the log is durable up to it`() throws {
    let directory = try TemporaryDirectory()
    let server = try AlmanacServer(in: directory)
    server.almanac.fold(through: Position(100), after: .zero)
    #expect(server.writer.isIdle)
    server.writer.submit([ProjectionChanges(taking: &server.almanac)], through: Position(100))
    #expect(!server.writer.isIdle)
    server.writer.durable(through: Position(99))
    #expect(!server.writer.isIdle)
    #expect(server.checkpoint == nil)
    server.writer.durable(through: Position(120))
    server.writer.waitUntilIdle()
    #expect(server.checkpoint?.position == Position(100))
  }

  @Test func `what is durable already is written at once`() throws {
    let directory = try TemporaryDirectory()
    let server = try AlmanacServer(in: directory)
    server.writer.durable(through: Position(500))
    server.almanac.fold(through: Position(100), after: .zero)
    server.writer.submit([ProjectionChanges(taking: &server.almanac)], through: Position(100))
    server.writer.waitUntilIdle()
    #expect(server.checkpoint?.position == Position(100))
  }

  @Test func `stopping drops what waits for the log`() throws {
    let directory = try TemporaryDirectory()
    do {
      let server = try AlmanacServer(in: directory)
      server.write(through: Position(100))
      server.almanac.fold(through: Position(200), after: Position(100))
      server.writer.submit([ProjectionChanges(taking: &server.almanac)], through: Position(200))
      server.writer.stop()
      server.writer.durable(through: Position(200))
      server.writer.submit([], through: Position(300))
      #expect(!server.writer.isIdle)
    }
    let server = try AlmanacServer(in: directory)
    #expect(server.position == Position(100))
    #expect(server.almanac.contents() == Almanac.contents(foldedThrough: Position(100)))
  }

  @Test func `finishing writes what waits and what is left`() throws {
    let directory = try TemporaryDirectory()
    do {
      let server = try AlmanacServer(in: directory)
      server.almanac.fold(through: Position(200), after: .zero)
      server.writer.submit([ProjectionChanges(taking: &server.almanac)], through: Position(200))
      server.almanac.fold(through: Position(300), after: Position(200))
      server.writer.finish([ProjectionChanges(taking: &server.almanac)], through: Position(300))
    }
    let server = try AlmanacServer(in: directory)
    #expect(server.position == Position(300))
    #expect(server.almanac.contents() == Almanac.contents(foldedThrough: Position(300)))
  }

  @Test func `an image without changes has its checkpoint moved when it lags`() throws {
    let directory = try TemporaryDirectory()
    let server = try AlmanacServer(in: directory)
    server.write(through: Position(100))
    let state = try #require(server.checkpoint?.state)
    func submitNothing(through position: Int) {
      server.writer.submit([], through: Position(UInt64(position)))
      server.writer.durable(through: Position(UInt64(position)))
      server.writer.waitUntilIdle()
    }
    submitNothing(through: 99 + ImageWriter.lagMax)
    #expect(server.checkpoint?.position == Position(100))
    submitNothing(through: 100 + ImageWriter.lagMax)
    #expect(server.checkpoint?.position == Position(UInt64(100 + ImageWriter.lagMax)))
    server.writer.finish([], through: Position(UInt64(101 + ImageWriter.lagMax)))
    #expect(server.checkpoint?.position == Position(UInt64(101 + ImageWriter.lagMax)))
    #expect(server.checkpoint?.state == state)
  }

  @Test func `changes of several projections go to their images`() throws {
    let directory = try TemporaryDirectory()
    var almanac = Almanac(foldedThrough: Position(50))
    var roster = Roster()
    roster.jobs.set(1, to: job(due: 1))
    do {
      var empty = Almanac()
      var none = Roster()
      let images = [
        try restore(&empty, in: directory).image, try restore(&none, in: directory).image,
      ]
      let writer = ImageWriter(images, now: { AlmanacServer.time }, onReport: { _ in })
      writer.finish(
        [ProjectionChanges(taking: &roster), ProjectionChanges(taking: &almanac)],
        through: Position(50))
      #expect(writer.statuses.map(\.projection) == ["almanac", "roster"])
      #expect(writer.statuses.map(\.checkpoint?.position) == [Position(50), Position(50)])
    }
    var again = Almanac()
    var rosterAgain = Roster()
    _ = try restore(&again, in: directory)
    _ = try restore(&rosterAgain, in: directory)
    #expect(again.contents() == almanac.contents())
    #expect(rosterAgain.jobs[1] == job(due: 1))
  }

  @Test func `a full disk leaves the image behind until there is room`() throws {
    let directory = try TemporaryDirectory()
    let free = Room(1 << 20)
    let configuration = Image.Configuration(mapBytes: 16 << 20, diskReserveBytes: 1 << 20) { _ in
      free.bytes
    }
    do {
      let server = try AlmanacServer(in: directory, configuration: configuration)
      server.write(through: Position(100))
      free.bytes = (1 << 20) - 1
      server.write(through: Position(300))
      server.write(through: Position(400))
      let status = try #require(server.writer.statuses.first)
      #expect(status.checkpoint?.position == Position(100))
      #expect(status.fault?.code == .diskFull)
      #expect(status.owedCount > 0)
      #expect(!status.isGivenUp)
      free.bytes = 1 << 20
      server.write(through: Position(500))
      #expect(server.reports.texts == ["behind: disk_full", "recovered: almanac"])
      #expect(server.writer.statuses.first?.owedCount == 0)
      #expect(server.checkpoint?.position == Position(500))
      #expect(server.checkpoint?.state == (try StateSummary(of: &server.almanac)))
      server.writer.stop()
    }
    let server = try AlmanacServer(in: directory)
    #expect(server.almanac.contents() == Almanac.contents(foldedThrough: Position(500)))
  }

  @Test func `a full map leaves the image as it was`() throws {
    let directory = try TemporaryDirectory()
    let full: Position
    do {
      let server = try AlmanacServer(
        in: directory,
        configuration: Image.Configuration(mapBytes: 64 << 10, diskReserveBytes: 0))
      server.write(through: Position(10))
      while server.reports.texts.isEmpty {
        server.write(through: server.position.advanced(by: 10))
        try #require(server.position < Position(100_000))
      }
      #expect(server.reports.texts == ["behind: map_full"])
      full = try #require(server.checkpoint?.position)
      #expect(full < server.position)
      server.write(through: server.position.advanced(by: 10))
      #expect(server.checkpoint?.position == full)
      server.writer.stop()
    }
    let server = try AlmanacServer(in: directory)
    #expect(server.restored.discarded == nil)
    #expect(server.position == full)
    #expect(server.almanac.contents() == Almanac.contents(foldedThrough: full))
    server.write(through: full.advanced(by: 1_000))
    #expect(server.checkpoint?.state == (try StateSummary(of: &server.almanac)))
  }

  private func restore<P: Projection & ~Copyable>(
    _ projection: inout P, in directory: TemporaryDirectory
  ) throws -> Image.Restored {
    try Image.restore(
      &projection, in: directory.path, of: AlmanacServer.logID, through: Position(50),
      configuration: .small)
  }
}

/// How much room a disk is said to have.
private final class Room: Sendable {
  private let value: Mutex<UInt64>

  init(_ bytes: UInt64) {
    value = Mutex(bytes)
  }

  var bytes: UInt64 {
    get { value.withLock { $0 } }
    set { value.withLock { $0 = newValue } }
  }
}
