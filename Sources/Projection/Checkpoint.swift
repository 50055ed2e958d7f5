public import EventLog

/// Up to where an image has been folded, and what its rows come to.
///
/// Written in the same transaction as the rows.
public struct Checkpoint: Hashable, Sendable {
  /// The projection's name.
  public var projection: String

  /// The version of the projection that the rows are of.
  public var version: UInt32

  /// The log that the rows were folded from.
  public var logID: LogID

  /// The last entry that is folded into the rows.
  public var position: Position

  /// When this was written.
  public var writtenAt: Timestamp

  /// What the rows come to.
  public var state: StateSummary

  /// Describes an image.
  public init(
    projection: String, version: UInt32, logID: LogID, position: Position, writtenAt: Timestamp,
    state: StateSummary
  ) {
    self.projection = projection
    self.version = version
    self.logID = logID
    self.position = position
    self.writtenAt = writtenAt
    self.state = state
  }
}

extension Checkpoint {
  private static let format: UInt32 = 1
  private static let nameOffset = 56
  private static let checksumByteCount = 4

  /// The bytes as an image keeps them; `docs/images.md` describes them.
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: Self.format)
    bytes.append(littleEndian: version)
    bytes.append(littleEndian: logID.rawValue)
    bytes.append(littleEndian: position.rawValue)
    bytes.append(littleEndian: writtenAt.microseconds)
    bytes.append(littleEndian: state.rowCount)
    bytes.append(contentsOf: state.digest.bytes)
    bytes.append(contentsOf: projection.utf8)
    bytes.append(littleEndian: unsafe bytes.span.bytes.crc32c(continuing: 0))
    return bytes
  }

  /// Reads a checkpoint back.
  ///
  /// - Throws: ``CheckpointFault``
  init(decoding bytes: RawSpan) throws(CheckpointFault) {
    let covered = bytes.byteCount - Self.checksumByteCount
    guard covered >= Self.nameOffset else { throw .damaged }
    let checksum = bytes.loadLittleEndian(at: covered, as: UInt32.self)
    guard bytes.crc32c(byteCount: covered) == checksum else { throw .damaged }
    let format = bytes.loadLittleEndian(at: 0, as: UInt32.self)
    guard format == Self.format else { throw .format(format) }
    let digest = unsafe bytes.extracting(40..<Self.nameOffset).withUnsafeBytes {
      unsafe StateDigest($0)
    }
    guard let digest else { throw .damaged }
    self.init(
      projection: unsafe bytes.extracting(Self.nameOffset..<covered).withUnsafeBytes {
        unsafe String(decoding: $0, as: UTF8.self)
      },
      version: bytes.loadLittleEndian(at: 4, as: UInt32.self),
      logID: LogID(rawValue: bytes.loadLittleEndian(at: 8, as: UInt64.self)),
      position: Position(bytes.loadLittleEndian(at: 16, as: UInt64.self)),
      writtenAt: Timestamp(microseconds: bytes.loadLittleEndian(at: 24, as: Int64.self)),
      state: StateSummary(
        digest: digest, rowCount: bytes.loadLittleEndian(at: 32, as: UInt64.self)))
  }
}

/// Why stored bytes are no checkpoint.
enum CheckpointFault: Error {
  /// They are not what was written.
  case damaged
  /// A newer program wrote them, in this format.
  case format(UInt32)
}
