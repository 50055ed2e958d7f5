/// A tree of pages, as the meta pages and the main tree describe each.
struct LMDBTree {
  static let byteCount = 48
  /// The root of a tree without records.
  static let noRoot = UInt64.max
  /// LMDB's limit for the height of a tree.
  static let depthMax = 32

  private static let reverseKey: UInt16 = 0x02
  private static let duplicates: UInt16 = 0x04
  private static let integerKey: UInt16 = 0x08
  /// All flags that say how keys and values are ordered.
  private static let orderMask: UInt16 = 0x7E

  var pageSize: UInt32
  var flags: UInt16
  var depth: Int
  var recordCount: UInt64
  var root: UInt64

  /// Reads the description at `offset` of a page.
  init(_ page: LMDBPage, at offset: Int) {
    pageSize = page.load(offset, as: UInt32.self)
    flags = page.load(offset + 4, as: UInt16.self)
    depth = Int(page.load(offset + 6, as: UInt16.self))
    recordCount = page.load(offset + 32, as: UInt64.self)
    root = page.load(offset + 40, as: UInt64.self)
  }

  /// Whether its records are in the order of numbers, or of strings of bytes: nil for any other.
  var hasIntegerKeys: Bool? {
    switch flags & Self.orderMask {
    case 0: false
    case Self.integerKey: true
    default: nil
    }
  }
}
