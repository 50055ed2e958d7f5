/// One page of an LMDB 0.9 file, read with a check of every bound.
///
/// LMDB itself follows page numbers and offsets unchecked. The layout is that of `mdb.c`: a header of
/// 16 bytes (number, flags, where the free room begins and ends), the offsets of the nodes, free room,
/// and the nodes from the end of the page towards its beginning.
struct LMDBPage {
  /// What a page is for.
  enum Kind: UInt16 {
    case branch = 0x01
    case leaf = 0x02
    case overflow = 0x04
    case meta = 0x08
  }

  /// Where in a page a record is, or a reference to a page below.
  struct Node {
    /// A leaf's node whose value lies in overflow pages.
    static let bigValue: UInt16 = 0x01
    /// A leaf's node whose value describes a tree.
    static let subtree: UInt16 = 0x02

    /// Of a leaf: what kind of value it has.
    var flags: UInt16
    /// Of a leaf: the length of its value.
    var valueByteCount: Int
    /// Of a branch: the page below.
    var child: UInt64
    /// Where the key is.
    var key: Range<Int>
    /// Of a leaf: where the value, or the number of its first overflow page, is.
    var value: Range<Int>
  }

  static let headerByteCount = 16
  private static let nodeHeaderByteCount = 8
  private static let pageNumberByteCount = 8

  let number: UInt64
  let bytes: [UInt8]

  /// Fails unless `bytes` are the page `number`, and of one of `kinds`.
  init(_ bytes: [UInt8], number: UInt64, kinds: [Kind]) throws(LMDBPageFault) {
    self.number = number
    self.bytes = bytes
    guard load(0, as: UInt64.self) == number else {
      throw fault("It says that it is page \(load(0, as: UInt64.self)).")
    }
    guard let kind, kinds.contains(kind) else {
      throw fault("It is not of a kind that belongs here.")
    }
  }

  /// Nil when the flags are none that a page on disk has.
  var kind: Kind? { Kind(rawValue: load(10, as: UInt16.self)) }

  /// Of the first of some overflow pages: how many there are.
  var overflowPageCount: Int { Int(load(12, as: UInt32.self)) }

  /// The nodes of a branch or leaf, in the order of their keys.
  ///
  /// They fill the end of the page without a gap, each from an even offset on.
  func nodes() throws(LMDBPageFault) -> [Node] {
    let (lower, upper) = (Int(load(12, as: UInt16.self)), Int(load(14, as: UInt16.self)))
    guard Self.headerByteCount <= lower, lower <= upper, upper <= bytes.count, lower % 2 == 0 else {
      throw fault("Its free room is said to be from \(lower) to \(upper).")
    }
    var nodes: [Node] = []
    var byteCount = 0
    for slot in stride(from: Self.headerByteCount, to: lower, by: 2) {
      let offset = Int(load(slot, as: UInt16.self))
      guard upper <= offset, offset % 2 == 0, offset + Self.nodeHeaderByteCount <= bytes.count
      else {
        throw fault("A node is said to be at \(offset).")
      }
      let node = node(at: offset)
      guard node.value.upperBound <= bytes.count else {
        throw fault("The node at \(offset) does not end within the page.")
      }
      nodes.append(node)
      byteCount += (node.value.upperBound - offset + 1) & ~1
    }
    guard byteCount == bytes.count - upper else {
      throw fault("Its nodes overlap or leave gaps.")
    }
    return nodes
  }

  private func node(at offset: Int) -> Node {
    let (low, high) = (load(offset, as: UInt16.self), load(offset + 2, as: UInt16.self))
    let flags = load(offset + 4, as: UInt16.self)
    let keyStart = offset + Self.nodeHeaderByteCount
    let key = keyStart..<keyStart + Int(load(offset + 6, as: UInt16.self))
    guard kind == .leaf else {
      let child = UInt64(low) | UInt64(high) << 16 | UInt64(flags) << 32
      return Node(
        flags: 0, valueByteCount: 0, child: child, key: key, value: key.upperBound..<key.upperBound)
    }
    let byteCount = Int(low) | Int(high) << 16
    let stored = flags & Node.bigValue == 0 ? byteCount : Self.pageNumberByteCount
    return Node(
      flags: flags, valueByteCount: byteCount, child: 0, key: key,
      value: key.upperBound..<key.upperBound + stored)
  }

  /// The number at `offset`, which must lie within the page.
  func load<Value: FixedWidthInteger & BitwiseCopyable>(
    _ offset: Int, as type: Value.Type
  ) -> Value {
    unsafe bytes.span.bytes.loadLittleEndian(at: offset, as: type)
  }

  /// What is wrong with this page.
  func fault(_ reason: String) -> LMDBPageFault {
    LMDBPageFault(page: number, reason: reason)
  }
}
