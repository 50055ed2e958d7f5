extension Segment {
  /// Writes the segment that an archive was made from, or its beginning, to a file that does not exist yet.
  ///
  /// It is not sealed, so that the log can end with it. The chain ends with the head of what is there of the
  /// last batch.
  ///
  /// - Parameters:
  ///   - archive: What to write.
  ///   - last: The last position to be there, in the archive or at the end of what is in front of it.
  ///   - file: The path; not yet on disk when this returns.
  static func unpack(
    _ archive: Archive, through last: Position, to file: String
  ) throws(LogFault) {
    let header = archive.header
    try writeDraft(
      header.meta, epoch: header.epoch, file: file,
      mapBytes: LMDBEventLog.Configuration().mapBytes)
    let environment = try LogFault.wrapping { () throws(LMDBFault) in
      try LMDBEnvironment(
        file: file,
        options: .init(
          access: .readWrite, mapBytes: LMDBEventLog.Configuration().mapBytes, durability: .none,
          databases: databases))
    }
    var check = ChainCheck(
      from: header.firstPosition, head: header.meta.startHead, through: last)
    while check.expected <= last {
      try unpackBlock(of: archive, through: last, &check, to: environment)
    }
    try LogFault.wrapping { () throws(LMDBFault) in try environment.synchronize() }
  }

  /// Writes one block's entries and heads in one transaction.
  private static func unpackBlock(
    of archive: Archive, through last: Position, _ check: inout ChainCheck,
    to environment: LMDBEnvironment
  ) throws(LogFault) {
    var records: [(entry: [UInt8], position: Position)] = []
    var heads: [(position: Position, head: ChainHead)] = []
    try archive.walkBlock(
      through: last, &check,
      onEntry: { bytes, position in
        records.append((unsafe bytes.withUnsafeBytes { unsafe Array($0) }, position))
      }, onBatchEnd: { heads.append(($0, $1)) })
    if check.report.lastPosition == last, heads.last?.position != last {
      heads.append((last, check.openHead))
    }
    try LogFault.wrapping { () throws(LMDBFault) in
      let transaction = try LMDBWriteTransaction(environment)
      try append(records, heads, environment, transaction)
      try transaction.commit()
    }
  }

  private static func append(
    _ records: [(entry: [UInt8], position: Position)],
    _ heads: [(position: Position, head: ChainHead)], _ environment: LMDBEnvironment,
    _ transaction: borrowing LMDBWriteTransaction
  ) throws(LMDBFault) {
    var entries = try transaction.cursor(environment.databases[0])
    for (entry, position) in records {
      try entries.append(position.rawValue, unsafe entry.span.bytes)
    }
    var chain = try transaction.cursor(environment.databases[1])
    for (position, head) in heads {
      let record = head.bytes
      try chain.append(position.rawValue, unsafe record.span.bytes)
    }
  }
}
