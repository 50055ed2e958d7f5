import EventLog
import EventLogTesting
import Foundation

/// A log of several small segments, and what archives them.
struct ArchiveFixture {
  let fixture: LMDBFixture
  let entries: [SampleEntry]

  var log: any EventLog { fixture.log }
  var path: String { fixture.directory.path }

  /// A log of `count` entries in batches of `batch`.
  ///
  /// - Parameter padding: How much longer each payload is, in bytes.
  init(
    count: Int = 1_000, batch: Int = 10, segmentBytes: Int = 64 << 10, padding: Int = 0
  ) throws {
    fixture = try LMDBFixture(.test(segmentBytesMax: segmentBytes))
    let entries = (1...count).map { number in
      var entry = SampleEntry(number: number)
      entry.payload += (0..<padding).map { UInt8(truncatingIfNeeded: $0 &* number) }
      return entry
    }
    for start in stride(from: 0, to: count, by: batch) {
      try fixture.log.appendSamples(Array(entries[start..<min(count, start + batch)]))
    }
    self.entries = entries.map(\.asRead)
  }

  /// Archives all sealed segments, as another process would; the log that is open reads the archives.
  @discardableResult
  func archive() throws -> [LogArchiving.Outcome] {
    let outcomes = try Self.archive(path)
    fixture.releaseArchived()
    return outcomes
  }

  /// Archives all sealed segments of a directory.
  @discardableResult
  static func archive(_ path: String) throws -> [LogArchiving.Outcome] {
    let archiving = try LogArchiving(directory: path, note: "a test")
    return try archiving.sealedSegments().compactMap { first in
      try archiving.archive(first) { _, _ in .proceed }
    }
  }

  /// The path of the archive that begins at `first`.
  func archiveFile(_ first: Position) -> String {
    fixture.file(first.rawValue).replacingOccurrences(of: ".segment", with: ".archive")
  }

  /// The names of the files that end so.
  func files(_ suffix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path)
      .filter { $0.hasSuffix(suffix) }.sorted()
  }
}
