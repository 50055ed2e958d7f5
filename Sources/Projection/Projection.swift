/// A named, versioned group of tables built by one fold.
///
/// The fold itself is the conforming type's own: this module knows tables and images, and no events.
public protocol Projection: ~Copyable {
  /// The name: of its image's file, in messages and in the documentation; never changes once released.
  static var name: String { get }

  /// The version of its rows' meaning. An image of another version is not used but rebuilt.
  static var version: UInt32 { get }

  /// The state before the first entry.
  init()

  /// Visits every table, always in the same order.
  mutating func visitTables<Visitor: TableVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure)

  /// Makes anew what is derived from the rows and not kept in the image. Called once after loading.
  mutating func rebuildIndexes()
}

extension Projection where Self: ~Copyable {
  /// Nothing is derived.
  public mutating func rebuildIndexes() {}
}

/// What is done to every table of a projection: load it, take its changes, digest it.
public protocol TableVisitor {
  /// What may go wrong.
  associatedtype Failure: Error

  /// Visits one table.
  mutating func visit<Key, Row>(_ table: inout Table<Key, Row>) throws(Failure)
}
