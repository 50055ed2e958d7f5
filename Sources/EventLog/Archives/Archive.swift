internal import Synchronization

/// A sealed segment in compressed form.
///
/// It holds the same entries, byte for byte, in the same batches, under the same heads. Nothing in the file
/// is believed: every length is bounded before memory is taken for it. Thread-safe; the block decompressed
/// last is kept, so that whoever reads on in pieces does not decompress it again.
final class Archive: Sendable {
  let header: ArchiveHeader
  let index: ArchiveIndex
  let file: BlockFile
  private let latest = Mutex<(number: Int, block: ArchiveBlock)?>(nil)

  /// Opens a file, and checks its header and its index.
  ///
  /// - Throws: ``LogFault``
  /// - Complexity: O(*n*) in the number of blocks.
  init(_ path: String) throws(LogFault) {
    file = try BlockFile(path, .archive)
    header = try ArchiveHeader(of: file)
    index = try ArchiveIndex(of: file, header)
  }

  /// Opens the archive that begins at `first` in a directory.
  convenience init(opening first: Position, in directory: LogDirectory) throws(LogFault) {
    try self.init(directory.archiveFile(first))
    guard header.firstPosition == first else {
      throw misplaced("it is named for position \(first), but begins at \(header.firstPosition)")
    }
  }

  /// Checks that the archive is of the log `logID`, and that the part behind it begins where it ends.
  func checkPlace(logID: LogID?, next: Position?, nextHead: ChainHead?) throws(LogFault) {
    if let logID, logID != header.meta.logID {
      throw misplaced("it is of log \(header.meta.logID), and this is log \(logID)")
    }
    guard let next else { throw misplaced("nothing follows it, and an archive is never the last") }
    guard next == header.lastPosition.next else {
      throw misplaced(
        "it ends at position \(header.lastPosition), and the file behind it begins at \(next)")
    }
    guard nextHead ?? header.seal.head == header.seal.head else {
      throw misplaced("its end has another head than the file behind it goes on from")
    }
  }

  private func misplaced(_ what: String) -> LogFault {
    LogFault(
      code: .damaged,
      message: "The archive is not the one that belongs here: \(what). "
        + "Restore this file from a backup.",
      file: file.path, position: header.firstPosition)
  }

  /// A block, decompressed and taken apart.
  func block(_ number: Int) throws(LogFault) -> ArchiveBlock {
    if let latest = latest.withLock({ $0 }), latest.number == number { return latest.block }
    let block = try readBlock(number)
    latest.withLock { $0 = (number, block) }
    return block
  }

  private func readBlock(_ number: Int) throws(LogFault) -> ArchiveBlock {
    let place = index.blocks[number]
    let bytes = try file.read(Int(place.byteCount), at: place.offset)
    let content: [UInt8]
    do throws(BlockFault) {
      content = try BlockFormat.decode(
        bytes, entries: place.entries, byteCountMax: ArchiveFormat.contentByteCountMax)
    } catch {
      throw file.damaged(error.rawValue, position: place.firstPosition)
    }
    let block = ArchiveBlock(content, count: Int(place.entries), first: place.firstPosition)
    guard let block else {
      throw file.damaged("a block does not hold what it says", position: place.firstPosition)
    }
    return block
  }

  /// Checks the digest of the whole file.
  ///
  /// - Complexity: O(*n*) in the file's bytes.
  func checkDigest() throws(LogFault) {
    let digest = try file.digest(header: header.bytes)
    guard let trailer = try file.trailer(endMagic: ArchiveFormat.endMagic),
      trailer.digest.elementsEqual(digest)
    else { throw file.damaged("its digest is wrong", position: header.firstPosition) }
  }
}
