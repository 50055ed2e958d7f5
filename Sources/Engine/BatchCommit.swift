import EventLog

/// The steps by which a sealed batch becomes durable, for whoever takes them: the committer's thread,
/// or a simulation.
///
/// They are taken in the order in which they stand here, each only when the one before it succeeded.
struct BatchCommit: Sendable {
  let log: any EventLog
  let texts: any TextStore
  let epoch: Epoch

  /// Makes the texts durable that go with the entries.
  ///
  /// Before the entries, so that no acknowledged entry lacks its text, and none that was to be erased is
  /// left.
  func keepTexts(of batch: SealedBatch) throws(EngineFault) {
    guard !batch.entries.isEmpty, !batch.texts.isEmpty else { return }
    do {
      try texts.apply(batch.texts, by: epoch)
    } catch let fault as EngineFault {
      throw fault
    } catch {
      throw .textsNotKept(error)
    }
  }

  /// Makes the entries durable; nothing is done where there are none.
  func append(_ batch: SealedBatch) throws(EngineFault) {
    let entries = batch.entries
    guard !entries.isEmpty else { return }
    let result = log.append(entries, epoch: epoch, expected: entries.previousPosition)
    if let fault = EngineFault(result, of: entries, epoch: epoch) { throw fault }
  }

  /// What is to be told, with the texts that answers speak of.
  func deliveries(of batch: SealedBatch) throws(EngineFault) -> [Delivery?] {
    guard batch.asksForTexts else { return batch.deliveries }
    do {
      return try batch.deliveries.map { try $0?.addingTexts(from: texts) }
    } catch {
      throw .textsNotRead(error)
    }
  }
}
