/// Why a file is not a tree of pages as LMDB writes them.
package struct LMDBPageFault: Error, Hashable, Sendable {
  /// The page concerned.
  package var page: UInt64

  /// A sentence about it.
  package var reason: String

  /// The named tree in which the damage was found.
  package var tree: String?

  /// The last whole record in front of the damage, if the keys of that tree are numbers.
  package var previousKey: UInt64?
}
