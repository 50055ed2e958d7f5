import EventLogTesting
import Testing

@testable import EventLog

/// Goal: of a batch all entries are in the log, or none.
///
/// Method: what a transaction of LMDB excludes is written by hand, as a log without transactions could leave it: some
/// entries of a batch without the head that closes it, or the head without all of them.
@Suite struct TornBatchTests {
  private static let lengthBefore = 4
  private static let batchLength = 5

  @Test(arguments: 1...batchLength)
  func `entries without the head that closes their batch are no batch`(count: Int) throws {
    try expectDamage(entries: count, hasHead: false)
  }

  @Test(arguments: 0..<batchLength)
  func `a head without all entries of its batch is damage`(count: Int) throws {
    try expectDamage(entries: count, hasHead: true)
  }

  @Test func `the whole batch is a batch`() throws {
    let fixture = try fixture(entries: Self.batchLength, hasHead: true)
    try fixture.open()
    #expect(try fixture.log.summary().lastPosition.rawValue == 9)
    _ = try fixture.log.verify()
  }

  private func expectDamage(entries count: Int, hasHead: Bool) throws {
    let fixture = try fixture(entries: count, hasHead: hasHead)
    for access in [.readWrite, .readOnly] as [LMDBEventLog.Access] {
      let fault = #expect(throws: LogFault.self) {
        try fixture.open(access)
        _ = try fixture.log.summary()
      }
      #expect(fault?.code == .damaged)
      #expect(fault?.position != nil)
      fixture.close()
    }
  }

  /// A log that ends with a whole batch and then part of one.
  private func fixture(entries count: Int, hasHead: Bool) throws -> LMDBFixture {
    let fixture = try LMDBFixture()
    let samples = (1...Self.lengthBefore + Self.batchLength).map { SampleEntry(number: $0) }
    let head = try fixture.log.appendSamples(Array(samples.prefix(Self.lengthBefore)))
    let end = try fixture.log.summary()
    fixture.close()
    let batch = try EntryBatch(
      after: end.lastPosition, epoch: end.epoch, Array(samples.dropFirst(Self.lengthBefore)))
    let segment = try Segment(
      opening: .first, in: LogDirectory(path: fixture.directory.path), access: .readWrite,
      mapBytes: 1 << 30)
    let transaction = try LMDBWriteTransaction(segment.environment)
    try append(batch, entries: count, head: hasHead ? head : nil, to: segment, in: transaction)
    try transaction.commit()
    return fixture
  }

  private func append(
    _ batch: EntryBatch, entries count: Int, head: ChainHead?, to segment: Segment,
    in transaction: borrowing LMDBWriteTransaction
  ) throws {
    var cursor = try transaction.cursor(segment.entries)
    for index in 0..<count {
      let position = batch.firstPosition.advanced(by: index)
      let bytes = unsafe batch.bytes.span.bytes
      try cursor.append(position.rawValue, bytes.extracting(batch.byteRange(at: index)))
    }
    guard let head else { return }
    var heads = try transaction.cursor(segment.chain)
    let record = head.extended(by: batch.bytes).bytes
    try heads.append(batch.lastPosition.rawValue, unsafe record.span.bytes)
  }
}
