extension Archive {
  /// Checks entries and heads from where `check` stands to `last`, and the digest of the file.
  ///
  /// - Parameters:
  ///   - last: The end of a batch.
  ///   - progress: Called after each block; says whether to go on.
  func verify(
    through last: Position, _ check: inout ChainCheck,
    _ progress: (VerifyProgress) -> ReadControl
  ) throws(LogFault) {
    try checkDigest()
    let isWhole = check.expected == header.firstPosition
    let (bytes, batches) = (check.report.bytes, check.report.batches)
    let end = min(last, header.lastPosition)
    while check.expected <= end, !check.isStopped {
      try walkBlock(through: end, &check)
      if progress(check.progress) == .stop { check.stop() }
    }
    guard check.report.lastPosition == header.lastPosition else { return }
    try checkEnd(check)
    guard isWhole else { return }
    guard check.report.bytes - bytes == header.entryByteCount,
      UInt64(check.report.batches - batches) == header.batches
    else { throw file.damaged("its header miscounts what it holds") }
  }

  /// The last entry ends a batch, and the head after it is the one that the segment was sealed with.
  private func checkEnd(_ check: ChainCheck) throws(LogFault) {
    guard check.batchStart == header.lastPosition.next, check.report.head == header.seal.head else {
      throw file.damaged(
        "its entries lead to head \(check.report.head), and it was sealed with "
          + "\(header.seal.head)", position: header.lastPosition)
    }
    guard check.lastTime == header.lastTime else {
      throw file.damaged(
        "its last entry has another time than its header", position: header.lastPosition)
    }
  }

  /// Where the batch that holds `position` begins, and the head in front of it.
  func batchStart(of position: Position) throws(LogFault) -> (Position, ChainHead) {
    let place = index.blocks[index.block(of: position)]
    var check = ChainCheck(from: place.batchStart, head: place.head, through: position)
    let previous = position.advanced(by: -1)
    while check.expected <= previous { try walkBlock(through: previous, &check) }
    return (check.batchStart, check.report.head)
  }

  /// The last position of the batch that holds `position`.
  func batchEnd(of position: Position) throws(LogFault) -> Position {
    for number in index.block(of: position)..<index.blocks.count {
      let block = try block(number)
      let ends = block.batchEnds.lazy.map { block.firstPosition.advanced(by: $0 - 1) }
      if let end = ends.first(where: { $0 >= position }) { return end }
    }
    throw file.damaged("its last batch has no end", position: position)
  }

  /// Checks the entries of one block from where `check` stands to `last`, and the head that the index has
  /// for the block's start.
  ///
  /// - Parameters:
  ///   - onEntry: Gets the bytes of each entry after it was checked.
  ///   - onBatchEnd: Gets the last position of each batch and the head after it.
  func walkBlock(
    through last: Position, _ check: inout ChainCheck,
    onEntry: (RawSpan, Position) throws(LogFault) -> Void = { _, _ in },
    onBatchEnd: (Position, ChainHead) throws(LogFault) -> Void = { _, _ in }
  ) throws(LogFault) {
    let number = index.block(of: check.expected)
    let place = index.blocks[number]
    let block = try block(number)
    let start = place.firstPosition.distance(to: check.expected)
    if start == 0 { try checkStart(of: place, check) }
    var kinds = EventKinds()
    var ends = block.batchEnds.drop { $0 <= start }
    for offset in start..<block.count {
      let position = place.firstPosition.advanced(by: offset)
      if position > last { return }
      try block.withBytes(at: position) { (bytes) throws(LogFault) in
        try check.check(bytes, file: file.path)
        for kind in EntryView(encoded: bytes).kinds { kinds.insert(kind) }
        try onEntry(bytes, position)
      }
      guard ends.first == offset + 1 else { continue }
      ends.removeFirst()
      try check.endBatch(stored: nil, file: file.path)
      try onBatchEnd(position, check.report.head)
    }
    guard start > 0 || kinds.elementsEqual(self.kinds(of: place)) else {
      throw file.damaged(
        "its index has other kinds of events than a block", position: place.firstPosition)
    }
  }

  private func kinds(of place: ArchiveIndex.Block) -> [EventKind] {
    index.kinds.indices.filter { place.kinds[$0 / 8] & 1 << UInt8($0 % 8) != 0 }
      .map { index.kinds[$0] }
  }

  private func checkStart(
    of place: ArchiveIndex.Block, _ check: ChainCheck
  ) throws(LogFault) {
    guard check.batchStart == place.batchStart, check.report.head == place.head else {
      throw LogFault(
        code: .damaged,
        message: "The chain of hashes is broken in front of position \(place.firstPosition): the "
          + "index of the archive has head \(place.head), the entries give "
          + "\(check.report.head). Entries were changed after they were written. Restore this "
          + "file from a backup.",
        file: file.path, position: place.batchStart)
    }
  }
}
