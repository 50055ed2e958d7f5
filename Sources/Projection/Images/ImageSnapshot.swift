public import EventLog

/// An image as it was at one moment, while its writer goes on.
///
/// Used by one thread at a time. It keeps the pages that it sees from being used again, so one that is
/// kept for long makes the file grow.
public final class ImageSnapshot {
  /// The image's file.
  public let file: String

  private let environment: LMDBEnvironment
  private var transaction: LMDBReadTransaction

  init(_ environment: LMDBEnvironment) throws(ImageFault) {
    file = environment.file
    self.environment = environment
    do throws(LMDBFault) {
      transaction = try LMDBReadTransaction(environment)
    } catch {
      throw ImageFault(wrapping: error, file: environment.file)
    }
  }

  /// The number of LMDB's transaction that is seen.
  var transactionNumber: UInt64 { transaction.number }

  /// Walks every page that the snapshot needs, so that damage is found before LMDB follows it.
  ///
  /// Takes the image's newest state when its writer has gone on too far meanwhile.
  func checkPages() throws(ImageFault) {
    do throws(LMDBFault) {
      try transaction.checkStructure()
    } catch {
      throw ImageFault(wrapping: error, file: file)
    }
  }

  /// The names of the tables, in alphabetical order.
  public var tables: [String] {
    environment.databaseNames.filter { $0 != ImageFormat.metaDatabase }.sorted()
  }

  /// Up to where the image is folded; nil when nothing was ever written to it.
  ///
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/damaged`` or
  ///   ``ImageFault/Code/formatUnknown``.
  public func checkpoint() throws(ImageFault) -> Checkpoint? {
    try environment.checkpoint(seenBy: transaction)
  }

  /// Lends every row of a table, in the order of the keys; both are valid only inside `body`.
  ///
  /// - Parameters:
  ///   - table: The table's name, one of ``tables``.
  ///   - body: Gets a key as ``TableKey`` encodes it, and the row's protobuf bytes; says whether to go
  ///     on.
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/damaged`` with table and key, or what `body`
  ///   throws.
  public func forEachRow(
    in table: String, _ body: (_ key: RawSpan, _ row: RawSpan) throws -> ReadControl
  ) throws {
    try environment.forEachRow(in: table, seenBy: transaction, body)
  }
}

@available(*, unavailable)
extension ImageSnapshot: Sendable {}
