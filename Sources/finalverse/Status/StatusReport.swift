import Engine
import EventLog
import Foundation
import Projection
import Schema
import SwiftProtobuf
import World

/// What a data directory holds, at one moment.
struct StatusReport: Sendable {
  /// The data directory.
  let directory: DataDirectory
  /// The world's name; nil before it is founded.
  let world: String?
  /// The server that has the directory; nil when none has.
  let server: DirectoryLock.Holder?
  /// What the log holds.
  let log: LogSummary
  /// The images.
  let images: [LiveImage]
  /// The positions that images are kept of, with their size in bytes.
  let kept: [(position: Position, bytes: Int)]
  /// What keeps entries from being removed.
  let holds: [Hold]
  /// Images of versions that this program does not use.
  let otherVersions: [(projection: String, version: UInt32)]
  /// Bytes of the entries alone, of each archive that tells, by its first position.
  let entryBytes: [Position: UInt64]
  /// Room left on the disk, in bytes; nil when that cannot be known.
  let freeBytes: UInt64?

  /// Looks into a directory; a server may be at work in it.
  ///
  /// - Throws: ``EventLog/LogFault`` when there is no log or it cannot be read.
  init(of directory: DataDirectory) throws {
    self.directory = directory
    let log = try LMDBEventLog(directory: directory.log, access: .readOnly)
    // First, so that no image seems to be ahead of the log.
    images = ProjectionName.all.map { LiveImage(of: $0, in: directory.images, .checkpoint) }
    let kept = KeptImages(directory: directory.keptImages)
    self.kept = kept.positions.map { ($0, kept.byteCount(of: $0)) }
    otherVersions = ProjectionName.all.flatMap { projection in
      let versions =
        (try? ImageReader.versions(of: projection.name, in: directory.images)) ?? []
      return versions.filter { $0 != projection.version }.map { (projection.name, $0) }
    }
    self.log = try log.summary()
    entryBytes = Self.entryBytes(of: self.log.segments, in: log)
    world = try Self.worldName(in: log, kept)
    holds = try HoldBook(of: directory).holds()
    server = DirectoryLock.holder(of: directory.log)
    let facts = try? FileManager.default.attributesOfFileSystem(forPath: directory.path)
    freeBytes = (facts?[.systemFreeSize] as? NSNumber)?.uint64Value
  }

  private static func entryBytes(
    of segments: [LogSummary.Segment], in log: LMDBEventLog
  ) -> [Position: UInt64] {
    segments.filter(\.isArchived).reduce(into: [:]) { found, segment in
      // What is wrong with an archive is for verify to say.
      found[segment.firstPosition] = try? log.entryByteCount(ofArchive: segment.firstPosition)
    }
  }

  /// The name that the world was founded with: in its first entry, or, where that was removed, in kept images.
  static func worldName(in log: any LogReader, _ kept: KeptImages) throws -> String? {
    let summary = try log.summary()
    guard summary.isEmpty || summary.firstPosition == .first else {
      // That they are of no use is for others to say.
      let fold = try? FreshFold(log, members: .regions, from: kept)
      return fold?.world.regions.world.name
    }
    var name: String?
    try log.read(from: .first, through: .first) { entry in
      let payload = try Payload(wire: entry.payload)
      name = payload.events.first?.regions.worldFounded.name
      return .stop
    }
    return name
  }
}

extension LiveImage {
  /// How many entries it is behind the log; nil when there is no image.
  func lag(behind last: Position) -> Int? {
    checkpoint.map { max(0, $0.position.distance(to: last)) }
  }
}
