/// A stretch of a log in a file of its own, to be handed to others.
///
/// It may come from anybody, so nothing in it is believed: every length is bounded before memory is
/// taken for it, and whatever the bytes, reading ends in entries or in a ``LogFault``. Thread-safe.
public final class ReplayFile: EntryReader {
  /// What the file says of itself.
  public let header: ReplayFileHeader
  let index: ReplayFileIndex
  private let file: BlockFile

  /// The file's path.
  var path: String { file.path }

  /// Opens a file, and checks its header, its index and the digest of all of it.
  ///
  /// - Throws: ``LogFault`` of code ``LogFault/Code/missing``, ``LogFault/Code/formatUnknown`` or
  ///   ``LogFault/Code/damaged``.
  /// - Complexity: O(*n*) in the file's bytes: it is read once.
  public init(_ path: String) throws(LogFault) {
    file = try BlockFile(path, .replayFile)
    (header, index) = try Self.check(file)
  }

  /// Checks all that can be checked without decompressing.
  private static func check(
    _ file: BlockFile
  ) throws(LogFault) -> (ReplayFileHeader, ReplayFileIndex) {
    let size = file.byteCount
    let trailerByteCount = UInt64(BlockFormat.trailerByteCount)
    guard size > UInt64(ReplayFileFormat.headerByteCount) else { throw try tooShort(file) }
    let start = try file.read(ReplayFileFormat.headerByteCount, at: 0)
    let headerByteCount = try ReplayFileHeader.byteCount(startingWith: start, file: file.path)
    guard size > UInt64(headerByteCount) + trailerByteCount else { throw try tooShort(file) }
    let headerBytes = try file.read(headerByteCount, at: 0)
    let header = try ReplayFileHeader(decoding: headerBytes, file: file.path)
    let digest = try file.digest(header: headerBytes)
    guard let trailer = try file.trailer(endMagic: ReplayFileFormat.endMagic),
      trailer.digest.elementsEqual(digest)
    else { throw file.damaged("it is cut off or its digest is wrong") }
    let indexByteCount = ReplayFileIndex.byteCount(blocks: header.blocks)
    // Neither of the two can be beyond the file, so that their sum does not overflow.
    guard indexByteCount <= size, trailer.indexOffset <= size,
      trailer.indexOffset + indexByteCount == size - trailerByteCount
    else { throw file.damaged("its index is not where it says") }
    let index = try ReplayFileIndex(
      decoding: file.read(Int(indexByteCount), at: trailer.indexOffset), of: header,
      at: trailer.indexOffset, file: file.path)
    return (header, index)
  }

  /// What is wrong with a file that is shorter than any replay file.
  private static func tooShort(_ file: BlockFile) throws(LogFault) -> LogFault {
    let start = try file.read(Int(min(file.byteCount, 8)), at: 0)
    guard file.byteCount >= 8, start == ReplayFileFormat.magic else {
      return LogFault(
        code: .formatUnknown,
        message: "This is no replay file. 'finalverse record' makes one.", file: file.path)
    }
    return file.damaged("it is cut off")
  }

  /// The entries of a block, one after the other, as far as their frame goes.
  func entries(of block: ReplayFileIndex.Block) throws(LogFault) -> [UInt8] {
    let bytes = try file.read(Int(block.byteCount), at: block.offset)
    do throws(BlockFault) {
      return try BlockFormat.decode(
        bytes, entries: block.entries, byteCountMax: BlockFormat.entriesByteCountMax)
    } catch {
      throw file.damaged(error.rawValue, position: block.firstPosition)
    }
  }
}
