/// A view of an environment, whether or not it can be changed through it.
package protocol LMDBTransaction: ~Copyable {
  /// A way through the records of `database`.
  ///
  /// - Throws: ``LMDBFault``
  @_lifetime(borrow self)
  borrowing func cursor(_ database: LMDBEnvironment.Database) throws(LMDBFault) -> LMDBCursor
}

extension LMDBReadTransaction: LMDBTransaction {}

extension LMDBWriteTransaction: LMDBTransaction {}
