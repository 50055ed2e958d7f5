internal import EventLog

/// Walks all trees of one transaction.
struct PageWalk: ~Copyable {
  /// LMDB's own limit on the depth of a tree.
  private static let depthMax = 32
  private static let subtreeFlag: UInt16 = 2
  private static let overflowFlag: UInt16 = 1
  private static let nodeHeaderBytes = 8

  private let source: PageSource
  private let meta: PageMeta
  /// Which pages were met, in a tree or in a list of free ones.
  private var isMet: [Bool]
  private var counted = Counted()

  /// Who a tree belongs to, which decides what may be in it.
  private enum Kind {
    case freePages
    case databases
    case table
  }

  /// What one tree came to.
  private struct Counted {
    var branchPages: UInt64 = 0
    var leafPages: UInt64 = 0
    var overflowPages: UInt64 = 0
    var entries: UInt64 = 0
    var subtrees: [PageTree] = []
    var freeLists: [[UInt8]] = []
  }

  /// Where in a page a node's parts are.
  private struct Node {
    var key: Range<Int>
    /// The bytes that the node itself holds after its key.
    var content: Range<Int>
    /// The size of the value, wherever it is.
    var valueBytes: Int
    var isInOverflow: Bool
    /// The page that a branch's node leads to.
    var child: UInt64
    /// How many bytes of the page the node takes.
    var byteCount: Int
  }

  init(source: consuming PageSource, meta: PageMeta) {
    isMet = Array(repeating: false, count: Int(source.pageCount))
    self.source = source
    self.meta = meta
  }

  /// Checks every page that can be reached.
  ///
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/damaged``.
  mutating func checkAll() throws(ImageFault) {
    try meet(0)
    try meet(1)
    let databases = try check(meta.databases, .databases)
    for table in databases.subtrees {
      guard table.flags == 0 else { throw source.fault(0, "a table has flags") }
      _ = try check(table, .table)
    }
    // Last, so that a page that is in use and free at once is found whichever came first.
    for list in try check(meta.freePages, .freePages).freeLists { try checkFreeList(list) }
  }

  private mutating func check(_ tree: PageTree, _ kind: Kind) throws(ImageFault) -> Counted {
    counted = Counted()
    if tree.root == PageTree.noPage {
      guard tree.depth == 0 else { throw source.fault(0, "a tree without pages has a depth") }
    } else {
      guard (1...Self.depthMax).contains(Int(tree.depth)) else {
        throw source.fault(tree.root, "the depth of its tree is none")
      }
      try checkPage(tree.root, depth: Int(tree.depth), kind, from: nil, to: nil)
    }
    guard counted.branchPages == tree.branchPages, counted.leafPages == tree.leafPages,
      counted.overflowPages == tree.overflowPages, counted.entries == tree.entries
    else { throw source.fault(tree.root, "its tree has more or less than it says") }
    return counted
  }

  /// Notes that a page is in use; each page is met once.
  private mutating func meet(_ page: UInt64) throws(ImageFault) {
    guard page < source.pageCount, page <= meta.lastPage else {
      throw source.fault(page, "it lies beyond the last page")
    }
    guard !isMet[Int(page)] else { throw source.fault(page, "it is used twice") }
    isMet[Int(page)] = true
  }

  /// Checks a page and all below it, whose keys lie from `low`, inclusive, to `high`, exclusive.
  private mutating func checkPage(
    _ number: UInt64, depth: Int, _ kind: Kind, from low: [UInt8]?, to high: [UInt8]?
  ) throws(ImageFault) {
    try meet(number)
    let page = try source.page(number)
    let isLeaf = depth == 1
    guard page.loadLittleEndian(at: 0, as: UInt64.self) == number,
      page.loadLittleEndian(at: 10, as: UInt16.self)
        == (isLeaf ? PageFlags.leaf : PageFlags.branch)
    else { throw source.fault(number, "it is not the page that belongs there") }
    let nodes = try self.nodes(of: page, number, isLeaf: isLeaf, kind)
    let keys = try self.keys(of: nodes, in: page, number, isLeaf: isLeaf, kind, low, high)
    if isLeaf {
      counted.leafPages += 1
      counted.entries += UInt64(nodes.count)
      for node in nodes { try checkValue(node, in: page, number, kind) }
    } else {
      counted.branchPages += 1
      for (index, node) in nodes.enumerated() {
        let next = index + 1 < nodes.count ? keys[index + 1] : high
        try checkPage(
          node.child, depth: depth - 1, kind, from: index == 0 ? low : keys[index], to: next)
      }
    }
  }

  /// The nodes of a page, which fill its end without a gap.
  private func nodes(
    of page: [UInt8], _ number: UInt64, isLeaf: Bool, _ kind: Kind
  ) throws(ImageFault) -> [Node] {
    let lower = Int(page.loadLittleEndian(at: 12, as: UInt16.self))
    let upper = Int(page.loadLittleEndian(at: 14, as: UInt16.self))
    let countMin = isLeaf || kind == .freePages ? 1 : 2
    guard lower % 2 == 0, lower <= upper, upper <= page.count,
      lower >= PageSource.headerBytes + 2 * countMin
    else { throw source.fault(number, "its bounds are wrong") }
    var nodes: [Node] = []
    for offset in stride(from: PageSource.headerBytes, to: lower, by: 2) {
      let start = Int(page.loadLittleEndian(at: offset, as: UInt16.self))
      guard start >= upper, start % 2 == 0,
        let node = Self.node(at: start, of: page, isLeaf: isLeaf)
      else { throw source.fault(number, "a node lies outside of it") }
      nodes.append(node)
    }
    guard nodes.reduce(0, { $0 + $1.byteCount }) == page.count - upper else {
      throw source.fault(number, "its nodes overlap, or leave gaps")
    }
    return nodes
  }

  /// The node at an offset; nil unless it lies wholly in the page and is of a kind that can be there.
  private static func node(at start: Int, of page: [UInt8], isLeaf: Bool) -> Node? {
    guard start + nodeHeaderBytes <= page.count else { return nil }
    let low = UInt64(page.loadLittleEndian(at: start, as: UInt32.self))
    let flags = page.loadLittleEndian(at: start + 4, as: UInt16.self)
    let keyBytes = Int(page.loadLittleEndian(at: start + 6, as: UInt16.self))
    let key = start + nodeHeaderBytes..<start + nodeHeaderBytes + keyBytes
    let isInOverflow = isLeaf && flags == overflowFlag
    guard !isLeaf || flags == 0 || flags == overflowFlag || flags == subtreeFlag else { return nil }
    guard keyBytes <= ImageFormat.keyByteCountMax else { return nil }
    let contentBytes = isLeaf ? (isInOverflow ? 8 : Int(low)) : 0
    guard contentBytes <= page.count, key.upperBound + contentBytes <= page.count else {
      return nil
    }
    return Node(
      key: key, content: key.upperBound..<key.upperBound + contentBytes, valueBytes: Int(low),
      isInOverflow: isInOverflow, child: isLeaf ? 0 : low | UInt64(flags) << 32,
      // Nodes begin at even offsets.
      byteCount: (nodeHeaderBytes + keyBytes + contentBytes + 1) & ~1)
  }

  /// The keys of a page, ascending within their bounds.
  ///
  /// A branch's first key is never looked at.
  private func keys(
    of nodes: [Node], in page: [UInt8], _ number: UInt64, isLeaf: Bool, _ kind: Kind,
    _ low: [UInt8]?, _ high: [UInt8]?
  ) throws(ImageFault) -> [[UInt8]] {
    let keys = nodes.map { Array(page[$0.key]) }
    var last = low
    var mayEqual = true
    for key in keys[(isLeaf ? 0 : 1)...] {
      guard !key.isEmpty, kind != .freePages || key.count == 8 else {
        throw source.fault(number, "a key is too short")
      }
      if let last {
        let isAfter = Self.isOrdered(last, key, kind) || mayEqual && last == key
        guard isAfter else { throw source.fault(number, "a key is out of order") }
      }
      if let high, !Self.isOrdered(key, high, kind) {
        throw source.fault(number, "a key is out of order")
      }
      last = key
      mayEqual = false
    }
    return keys
  }

  private static func isOrdered(_ left: [UInt8], _ right: [UInt8], _ kind: Kind) -> Bool {
    kind == .freePages
      ? left.loadLittleEndian(at: 0, as: UInt64.self)
        < right.loadLittleEndian(at: 0, as: UInt64.self)
      : left.lexicographicallyPrecedes(right)
  }

  private mutating func checkValue(
    _ node: Node, in page: [UInt8], _ number: UInt64, _ kind: Kind
  ) throws(ImageFault) {
    let isSubtree =
      page.loadLittleEndian(at: node.key.lowerBound - 4, as: UInt16.self)
      == Self.subtreeFlag
    guard isSubtree == (kind == .databases) else {
      throw source.fault(number, "a value is in the wrong tree")
    }
    if isSubtree {
      guard node.valueBytes == PageTree.byteCount else {
        throw source.fault(number, "a table's record has the wrong size")
      }
      counted.subtrees.append(PageTree(Array(page[node.content])))
    }
    let overflow = node.isInOverflow ? try overflowValue(of: node, in: page) : nil
    if kind == .freePages { counted.freeLists.append(overflow ?? Array(page[node.content])) }
  }

  /// Meets the pages of a value that is too long for its node, and returns the value.
  private mutating func overflowValue(of node: Node, in page: [UInt8]) throws(ImageFault) -> [UInt8]
  {
    let first = page.loadLittleEndian(at: node.content.lowerBound, as: UInt64.self)
    try meet(first)
    var value = try source.page(first)
    let needed = (PageSource.headerBytes - 1 + node.valueBytes) / source.pageBytes + 1
    guard value.loadLittleEndian(at: 0, as: UInt64.self) == first,
      value.loadLittleEndian(at: 10, as: UInt16.self) == PageFlags.overflow,
      value.loadLittleEndian(at: 12, as: UInt32.self) == UInt32(needed)
    else { throw source.fault(first, "it is not the long value that belongs there") }
    counted.overflowPages += UInt64(needed)
    for number in first + 1..<first + UInt64(needed) {
      try meet(number)
      value += try source.page(number)
    }
    return Array(value[PageSource.headerBytes..<PageSource.headerBytes + node.valueBytes])
  }

  /// Checks a list of free pages: its length, then page numbers, descending.
  ///
  /// What follows is unused.
  private mutating func checkFreeList(_ list: [UInt8]) throws(ImageFault) {
    let capacity = list.count / 8
    guard capacity >= 1, list.count % 8 == 0 else {
      throw source.fault(0, "a list of free pages has the wrong size")
    }
    let count = list.loadLittleEndian(at: 0, as: UInt64.self)
    guard count < UInt64(capacity) else {
      throw source.fault(0, "a list of free pages is longer than itself")
    }
    var last = UInt64.max
    for index in 0..<Int(count) {
      let page = list.loadLittleEndian(at: 8 * (index + 1), as: UInt64.self)
      guard page < last, page <= meta.lastPage else {
        throw source.fault(page, "a list of free pages names it out of order")
      }
      // A page that was given back before it was ever written may lie beyond the file's end.
      if page < source.pageCount { try meet(page) }
      last = page
    }
  }
}
