extension LogArchiving {
  /// Removes the oldest segments and archives, up to a position; everything before the next one's first
  /// position is gone for good then.
  ///
  /// The log goes on to be written and read meanwhile. The chain of hashes of what is left begins with the head
  /// that the first of it was begun with. After a crash some are gone, the oldest; the next call goes on.
  ///
  /// - Parameters:
  ///   - last: The last position of a sealed segment or archive.
  ///   - onRemoved: Called after each with its first position.
  /// - Throws: ``LogFault``; of code ``LogFault/Code/inputOutput``, and nothing is changed, when `last` is not the
  ///   end of one, or of the newest, which is never removed.
  public func remove(
    through last: Position, onRemoved: (Position) -> Void = { _ in }
  ) throws(LogFault) {
    let firsts = try directory.firstPositions()
    guard firsts.contains(last.next), try segments.newest().segment.firstPosition >= last.next
    else {
      throw LogFault(
        code: .inputOutput,
        message: "Position \(last) is not where a sealed segment ends. Nothing was removed.",
        file: directory.path, position: last)
    }
    for first in firsts.prefix(while: { $0 <= last }) {
      try directory.removeSegment(first)
      try directory.removeArchive(first)
      segments.forget(first)
      onRemoved(first)
    }
    try segments.noticeRemoved()
  }
}
