/// Reads archives, and what their blocks hold, outside of a log.
package enum ArchiveReading {
  /// Reads an archive's entries from the first to the last, and then verifies all of it.
  ///
  /// - Returns: How many entries it has.
  /// - Throws: ``LogFault``
  /// - Complexity: O(*n*) in the file's bytes and what they decompress to.
  package static func readWhole(_ path: String) throws -> Int {
    let archive = try Archive(path)
    let (first, last) = (archive.header.firstPosition, archive.header.lastPosition)
    var count = 0
    _ = try archive.read(from: first, through: last, filter: KindFilter(nil)) { _ in
      count += 1
      return .proceed
    }
    _ = try archive.firstPosition(atOrAfter: archive.header.lastTime)
    var check = ChainCheck(from: first, head: archive.header.meta.startHead, through: last)
    try archive.verify(through: last, &check) { _ in .proceed }
    return count
  }

  /// Takes apart what a decompressed block holds, and checks each of its entries.
  ///
  /// - Parameters:
  ///   - content: What the block holds.
  ///   - count: How many entries it must have; 1 and up.
  ///   - first: The position of the first.
  /// - Returns: How many of them are as they were written; nil when the block makes no sense.
  package static func readBlock(_ content: [UInt8], count: Int, first: Position) -> Int? {
    guard let block = ArchiveBlock(content, count: count, first: first) else { return nil }
    var sound = 0
    var position = block.firstPosition
    while position <= block.lastPosition {
      let isSound = block.withBytes(at: position) { bytes in
        (try? EntryView(validating: bytes, expected: position)) != nil
      }
      if isSound { sound += 1 }
      position = position.next
    }
    return sound
  }
}
