import EventLog
import Projection
import Schema
import SwiftProtobuf
import Testing

@Suite struct ImageReaderTests {
  @Test func `a reader sees tables, rows and checkpoint without knowing the schema`() throws {
    let directory = try TemporaryDirectory()
    let server = try AlmanacServer(in: directory)
    server.write(through: Position(1_000))
    let reader = try ImageReader(of: "almanac", in: directory.path)
    let snapshot = try reader.snapshot()
    #expect(snapshot.tables == ["jobs", "retries"])
    #expect(try snapshot.checkpoint() == server.checkpoint)
    var jobs: [(JobKey, JobRow)] = []
    try snapshot.forEachRow(in: "jobs") { key, row in
      let bytes = unsafe key.withUnsafeBytes { unsafe Array($0) }
      jobs.append((try #require(JobKey(decoding: bytes[...])), try JobRow(serializedBytes: row)))
      return .proceed
    }
    let expected = server.almanac.contents().jobs
    #expect(jobs.elementsEqual(expected) { $0.0 == $1.key && $0.1 == $1.row })
  }

  @Test func `a snapshot stays as it was while the image is written`() throws {
    let directory = try TemporaryDirectory()
    let server = try AlmanacServer(in: directory)
    server.write(through: Position(100))
    let reader = try ImageReader(of: "almanac", in: directory.path)
    let snapshot = try reader.snapshot()
    for position in stride(from: 200, through: 2_000, by: 100) {
      server.write(through: Position(UInt64(position)))
    }
    #expect(try snapshot.checkpoint()?.position == Position(100))
    var count = 0
    try snapshot.forEachRow(in: "jobs") { _, _ in
      count += 1
      return .proceed
    }
    #expect(count == Almanac.contents(foldedThrough: Position(100)).jobs.count)
    #expect(try reader.snapshot().checkpoint()?.position == Position(2_000))
  }

  @Test func `a reader stops when told to, and passes on what its body throws`() throws {
    struct Enough: Error {}
    let directory = try TemporaryDirectory()
    let server = try AlmanacServer(in: directory)
    server.write(through: Position(100))
    let snapshot = try server.restored.image.snapshot()
    var count = 0
    try snapshot.forEachRow(in: "jobs") { _, _ in
      count += 1
      return .stop
    }
    #expect(count == 1)
    #expect(throws: Enough.self) {
      try snapshot.forEachRow(in: "jobs") { _, _ in throw Enough() }
    }
    #expect(throws: ImageFault.self) {
      try snapshot.forEachRow(in: "nothing") { _, _ in .proceed }
    }
  }

  @Test func `images are listed, and a missing one is named`() throws {
    let directory = try TemporaryDirectory()
    #expect(try ImageReader.projections(in: directory.path) == [])
    let server = try AlmanacServer(in: directory)
    #expect(try ImageReader.projections(in: directory.path) == ["almanac"])
    #expect(try ImageReader(of: "almanac", in: directory.path).snapshot().checkpoint() == nil)
    #expect(server.restored.checkpoint == nil)
    let fault = #expect(throws: ImageFault.self) {
      try ImageReader(of: "roster", in: directory.path)
    }
    #expect(fault?.code == .missing)
    let elsewhere = #expect(throws: ImageFault.self) {
      try ImageReader.projections(in: directory.file("nowhere"))
    }
    #expect(elsewhere?.code == .missing)
  }
}
