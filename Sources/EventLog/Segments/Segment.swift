/// One open file of a log.
///
/// Three LMDB databases: `entries` (position → the entry's bytes), `chain` (last position of a batch →
/// the head after it) and `meta` (what the segment says about itself).
final class Segment: Sendable {
  let environment: LMDBEnvironment
  let meta: SegmentMeta

  var file: String { environment.file }
  var firstPosition: Position { meta.firstPosition }
  var entries: LMDBEnvironment.Database { environment.databases[0] }
  var chain: LMDBEnvironment.Database { environment.databases[1] }
  var metaRecords: LMDBEnvironment.Database { environment.databases[2] }

  static let entriesName = "entries"

  static let databases = [
    LMDBEnvironment.DatabaseOptions(name: entriesName, hasIntegerKeys: true),
    LMDBEnvironment.DatabaseOptions(name: "chain", hasIntegerKeys: true),
    LMDBEnvironment.DatabaseOptions(name: "meta", hasIntegerKeys: false),
  ]

  /// Opens the segment that begins at `first`, which must exist.
  init(
    opening first: Position, in directory: LogDirectory, access: LMDBEnvironment.Access,
    mapBytes: Int?
  ) throws(LogFault) {
    let file = directory.segmentFile(first)
    // LMDB takes an empty file for a new one, and a missing one too: neither happens here.
    guard try LogDirectory.byteCount(of: file) > 0 else {
      throw .damaged("The file of the segment that begins at \(first) is empty.", file: file)
    }
    environment = try Self.environment(file, access: access, mapBytes: mapBytes)
    meta = try Self.meta(environment)
    guard meta.firstPosition == first else {
      throw .damaged(
        "The file is named for position \(first), but says that it begins at "
          + "\(meta.firstPosition).", file: file)
    }
  }

  /// Creates a segment without entries, durably: after a crash it is there as a whole, or not at all.
  static func create(
    _ meta: SegmentMeta, epoch: Epoch, in directory: LogDirectory, mapBytes: Int
  ) throws(LogFault) {
    let draft = directory.draftFile(meta.firstPosition)
    try writeDraft(meta, epoch: epoch, file: draft, mapBytes: mapBytes)
    try directory.adoptDraft(meta.firstPosition)
  }

  /// Writes a segment without entries to a file that does not exist yet.
  static func writeDraft(
    _ meta: SegmentMeta, epoch: Epoch, file: String, mapBytes: Int
  ) throws(LogFault) {
    let environment = try environment(file, access: .readWrite, mapBytes: mapBytes)
    try LogFault.wrapping { () throws(LMDBFault) in
      let transaction = try LMDBWriteTransaction(environment)
      try Segment.put(
        [
          (SegmentRecord.metaKey, SegmentRecord.encode(meta)),
          (SegmentRecord.epochKey, SegmentRecord.encode(epoch)),
        ], environment, transaction)
      try transaction.commit()
    }
  }

  private static func environment(
    _ file: String, access: LMDBEnvironment.Access, mapBytes: Int?
  ) throws(LogFault) -> LMDBEnvironment {
    try LogFault.wrapping { () throws(LMDBFault) in
      try LMDBEnvironment(
        file: file,
        options: .init(
          access: access, mapBytes: mapBytes, databases: databases, checksLeaves: true))
    }
  }

  private static func meta(_ environment: LMDBEnvironment) throws(LogFault) -> SegmentMeta {
    let found = try LogFault.wrapping { () throws(LMDBFault) in
      let transaction = try LMDBReadTransaction(environment)
      var cursor = try transaction.cursor(environment.databases[2])
      return try cursor.move(toRecord: SegmentRecord.metaKey)
        ? SegmentRecord.meta(cursor.value) : nil
    }
    guard let found else {
      throw .damaged(
        "What the segment says about itself is not what was written.", file: environment.file)
    }
    guard found.format == SegmentMeta.format else {
      throw LogFault(
        code: .formatUnknown,
        message: "The segment has format \(found.format); this program knows "
          + "\(SegmentMeta.format). Use a newer program.",
        file: environment.file)
    }
    return found.meta
  }
}
