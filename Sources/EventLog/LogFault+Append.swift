extension LogFault {
  /// The fault of a batch that cannot follow a log which ends at `expected`; nil when it can.
  static func misplaced(
    _ batch: EntryBatch, epoch: Epoch, expected: Position, lastTime: Timestamp?
  ) -> LogFault? {
    func fault(_ reason: String) -> LogFault {
      LogFault(
        code: .batchMisplaced, message: "\(reason) Nothing was written.",
        position: batch.firstPosition)
    }
    guard let firstTime = batch.firstTime else {
      return fault("A batch without entries cannot be appended.")
    }
    guard batch.previousPosition == expected else {
      return fault("The batch follows position \(batch.previousPosition), not \(expected).")
    }
    guard batch.epoch == epoch else {
      return fault("The batch's entries are of epoch \(batch.epoch), its writer of \(epoch).")
    }
    if let lastTime, firstTime < lastTime {
      return fault("The batch begins at \(firstTime), before the log's last entry of \(lastTime).")
    }
    return nil
  }

  /// The fault of a read that begins before what the log still holds.
  static func gone(_ position: Position, first: Position) -> LogFault {
    LogFault(
      code: .positionGone,
      message: "Position \(position) is no longer in the log, which begins at \(first). Start from "
        + "a fresh state instead.",
      position: position)
  }
}
