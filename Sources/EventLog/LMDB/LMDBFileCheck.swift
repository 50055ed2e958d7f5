internal import CLMDB
internal import Glibc

/// Walks the pages of an LMDB file, to find damage that would lead LMDB astray.
///
/// LMDB 0.9 has no checksums and trusts every number in a page: a flipped bit can end the process, or
/// make it write over pages that are in use. What this walk lets pass, LMDB can follow; whether the
/// values are what was written is for the checksums within them.
struct LMDBFileCheck {
  /// How much of a file to walk.
  enum Extent {
    /// All but the leaves of named trees: what it takes to open the file, at the cost of a few pages.
    case interior
    /// Every page that is in use, and the list of those that are not.
    case everything
  }

  /// What one of the two meta pages says.
  private struct Meta {
    var pageSize: Int
    var free: LMDBTree
    var main: LMDBTree
    var lastPage: UInt64
    var transaction: UInt64
  }

  private static let pageSizes = [512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536]
  private static let magic: UInt32 = 0xBEEF_C0DE
  private static let dataVersion: UInt32 = 1
  private static let attemptsMax = 20

  private let descriptor: Int32
  private let extent: Extent
  private var pageSize: Int
  private var pageCount: UInt64 = 0
  /// One bit a page: in use, or free.
  private var seen: [UInt64] = []
  private var previousKey: [UInt8]?
  /// The key of the newest reference to a page below: no key from there on is lower.
  private var lowestKey: [UInt8]?
  private var treeName: String?
  private var isInFreeList = false

  private init(descriptor: Int32, extent: Extent) throws(LMDBPageFault) {
    self.descriptor = descriptor
    self.extent = extent
    pageSize = Self.pageSizes[0]
    // The first meta page says how large pages are; what it says so lies in its first 512 bytes.
    let size = try Self.pageSizeStated(by: try read(0, kinds: [.meta]))
    pageSize = size
  }

  /// Checks a file that may be in use by another process.
  ///
  /// When it changes meanwhile, what was read may not fit together: then it is read again.
  static func check(_ file: String, _ extent: Extent) throws(LMDBPageFault) {
    let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw LMDBPageFault(page: 0, reason: "The file cannot be opened.")
    }
    defer { close(descriptor) }
    for attempt in 1...attemptsMax {
      var transaction: UInt64?
      do throws(LMDBPageFault) {
        var check = try LMDBFileCheck(descriptor: descriptor, extent: extent)
        let meta = try check.newestMeta()
        transaction = meta.transaction
        try check.walk(meta)
        return
      } catch {
        let now = try? LMDBFileCheck(descriptor: descriptor, extent: extent).newestMeta()
        let isUnchanged = now?.transaction == transaction
        if isUnchanged, transaction != nil || attempt == attemptsMax { throw error }
      }
    }
    // A file that changes this often has a healthy writer.
  }

  /// Checks everything that a reader of `transaction` can see; nothing in use then can change.
  ///
  /// - Returns: false when the meta page of that transaction is no more.
  static func check(
    descriptor: Int32, transaction: UInt64
  ) throws(LMDBPageFault) -> Bool {
    var check = try LMDBFileCheck(descriptor: descriptor, extent: .everything)
    let meta = try check.meta(transaction % 2)
    guard meta.transaction == transaction else { return false }
    try check.walk(meta)
    return true
  }
}

// MARK: - Meta pages

extension LMDBFileCheck {
  private static func pageSizeStated(by page: LMDBPage) throws(LMDBPageFault) -> Int {
    let size = Int(LMDBTree(page, at: LMDBPage.headerByteCount + 24).pageSize)
    guard pageSizes.contains(size) else { throw page.fault("It states a page size of \(size).") }
    return size
  }

  private func meta(_ number: UInt64) throws(LMDBPageFault) -> Meta {
    let page = try read(number, kinds: [.meta])
    let start = LMDBPage.headerByteCount
    guard page.load(start, as: UInt32.self) == Self.magic,
      page.load(start + 4, as: UInt32.self) == Self.dataVersion
    else { throw fault(page.number, "It is not of LMDB's data version \(Self.dataVersion).") }
    guard try Self.pageSizeStated(by: page) == pageSize else {
      throw fault(page.number, "It does not state the page size of \(pageSize).")
    }
    let trees = start + 24
    let meta = Meta(
      pageSize: pageSize, free: LMDBTree(page, at: trees),
      main: LMDBTree(page, at: trees + LMDBTree.byteCount),
      lastPage: page.load(trees + 2 * LMDBTree.byteCount, as: UInt64.self),
      transaction: page.load(trees + 2 * LMDBTree.byteCount + 8, as: UInt64.self))
    let mapByteCount = page.load(start + 16, as: UInt64.self)
    guard meta.lastPage >= 1, meta.lastPage < mapByteCount / UInt64(pageSize) else {
      throw fault(page.number, "It states \(meta.lastPage) as the last page.")
    }
    guard meta.free.hasIntegerKeys == true, meta.main.hasIntegerKeys == false else {
      throw fault(page.number, "The order of its trees is not LMDB's.")
    }
    return meta
  }

  /// The meta page of the last transaction.
  ///
  /// Each transaction writes the other of the two, so one that seems older by more than one
  /// transaction is damaged, and what it hides would be lost.
  private func newestMeta() throws(LMDBPageFault) -> Meta {
    let (even, odd) = (try meta(0), try meta(1))
    let newest = even.transaction > odd.transaction ? even : odd
    let isNew = even.transaction == 0 && odd.transaction == 0
    let isAlternating =
      even.transaction % 2 == 0 && odd.transaction % 2 == 1
      && newest.transaction - min(even.transaction, odd.transaction) == 1
    guard isNew || isAlternating else {
      throw LMDBPageFault(
        page: newest.transaction % 2,
        reason: "The meta pages are of the transactions \(even.transaction) and "
          + "\(odd.transaction), which do not follow each other.")
    }
    return newest
  }
}

// MARK: - Trees

extension LMDBFileCheck {
  private mutating func walk(_ meta: Meta) throws(LMDBPageFault) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw LMDBPageFault(page: 0, reason: "The file's size cannot be found out.")
    }
    pageCount = min(UInt64(status.st_size) / UInt64(pageSize), meta.lastPage + 1)
    seen = Array(repeating: 0, count: Int(pageCount / 64 + 1))
    try mark(0)
    try mark(1)
    var trees: [(name: String, tree: LMDBTree)] = []
    try walk(meta.main) { (check, page, node) throws(LMDBPageFault) in
      guard node.flags == LMDBPage.Node.subtree, node.valueByteCount == LMDBTree.byteCount else {
        throw page.fault("It describes a tree in a way that is not LMDB's.")
      }
      let name = String(decoding: page.bytes[node.key], as: UTF8.self)
      trees.append((name, LMDBTree(page, at: node.value.lowerBound)))
    }
    for (name, tree) in trees {
      treeName = name
      try walk(tree, lowest: extent == .interior ? 2 : 1) {
        (check, page, node) throws(LMDBPageFault) in
        _ = try check.value(of: node, in: page)
      }
    }
    treeName = nil
    // Last, so that a page that is said to be free although it is in use is noticed.
    isInFreeList = true
    try walk(meta.free) { (check, page, node) throws(LMDBPageFault) in
      try check.checkFreeList(try check.value(of: node, in: page))
    }
  }

  private typealias RecordCheck = (inout LMDBFileCheck, LMDBPage, LMDBPage.Node)
    throws(LMDBPageFault) -> Void

  private mutating func walk(
    _ tree: LMDBTree, lowest: Int = 1, _ checkRecord: RecordCheck
  ) throws(LMDBPageFault) {
    previousKey = nil
    lowestKey = nil
    guard tree.root != LMDBTree.noRoot else { return }
    guard let hasIntegerKeys = tree.hasIntegerKeys, (1...LMDBTree.depthMax).contains(tree.depth)
    else {
      throw LMDBPageFault(page: tree.root, reason: "The tree below is said to be impossible.")
    }
    var recordCount: UInt64 = 0
    try walk(tree.root, level: tree.depth, lowest: lowest, hasIntegerKeys) {
      (check, page, node) throws(LMDBPageFault) in
      recordCount += 1
      try checkRecord(&check, page, node)
    }
    guard recordCount == tree.recordCount || lowest > 1 else {
      throw fault(tree.root, "The tree below has \(recordCount) records, not \(tree.recordCount).")
    }
  }

  private mutating func walk(
    _ number: UInt64, level: Int, lowest: Int, _ hasIntegerKeys: Bool, _ checkRecord: RecordCheck
  ) throws(LMDBPageFault) {
    try mark(number)
    guard level >= lowest else { return }
    let page: LMDBPage
    let nodes: [LMDBPage.Node]
    do throws(LMDBPageFault) {
      page = try read(number, kinds: [level > 1 ? .branch : .leaf])
      nodes = try page.nodes()
    } catch {
      throw fault(error.page, error.reason)
    }
    // LMDB ends the process on a branch that does not branch, except in the list of free pages.
    guard nodes.count >= (level > 1 && !isInFreeList ? 2 : 1) else {
      throw fault(number, "It has \(nodes.count) nodes.")
    }
    for (index, node) in nodes.enumerated() {
      guard level > 1 else {
        try checkKey(node.key, of: page, hasIntegerKeys)
        try checkRecord(&self, page, node)
        continue
      }
      // The first key of a branch stands for everything lower, and is not there.
      if index > 0 { try checkSeparator(node.key, of: page, hasIntegerKeys) }
      try walk(node.child, level: level - 1, lowest: lowest, hasIntegerKeys, checkRecord)
    }
  }

  /// The key of a record: higher than all in front of it.
  private mutating func checkKey(
    _ range: Range<Int>, of page: LMDBPage, _ isInteger: Bool
  ) throws(LMDBPageFault) {
    let key = try key(range, of: page, isInteger)
    guard previousKey.map({ $0.lexicographicallyPrecedes(key) }) ?? true,
      lowestKey.map({ !key.lexicographicallyPrecedes($0) }) ?? true
    else { throw fault(page.number, "A key is not higher than the one in front of it.") }
    previousKey = key
  }

  /// The key of a reference to a page below: higher than all in front of it, and no higher than what
  /// comes.
  private mutating func checkSeparator(
    _ range: Range<Int>, of page: LMDBPage, _ isInteger: Bool
  ) throws(LMDBPageFault) {
    let key = try key(range, of: page, isInteger)
    guard previousKey.map({ $0.lexicographicallyPrecedes(key) }) ?? true,
      lowestKey.map({ $0.lexicographicallyPrecedes(key) }) ?? true
    else { throw fault(page.number, "A reference leads to lower keys than it says.") }
    lowestKey = key
  }

  /// A key's bytes in the order in which they are compared: a number's from the highest on.
  private func key(
    _ range: Range<Int>, of page: LMDBPage, _ isInteger: Bool
  ) throws(LMDBPageFault) -> [UInt8] {
    guard isInteger ? range.count == 8 : !range.isEmpty else {
      throw fault(page.number, "A key has \(range.count) bytes.")
    }
    return isInteger ? page.bytes[range].reversed() : Array(page.bytes[range])
  }

  /// Where a value lies: in the leaf itself, or in overflow pages.
  private mutating func value(
    of node: LMDBPage.Node, in page: LMDBPage
  ) throws(LMDBPageFault) -> (page: LMDBPage, bytes: Range<Int>) {
    guard node.flags & ~LMDBPage.Node.bigValue == 0 else {
      throw fault(page.number, "A value is of a kind that belongs into another tree.")
    }
    guard node.flags == LMDBPage.Node.bigValue else { return (page, node.value) }
    let first = page.load(node.value.lowerBound, as: UInt64.self)
    let start = LMDBPage.headerByteCount
    let needed = (start + node.valueByteCount + pageSize - 1) / pageSize
    guard first < pageCount, UInt64(needed) <= pageCount - first else {
      throw fault(page.number, "A value is said to lie beyond the end of the file.")
    }
    for number in first..<first + UInt64(needed) { try mark(number) }
    let overflow = try read(first, kinds: [.overflow], pages: needed)
    guard overflow.overflowPageCount >= needed else {
      throw fault(first, "It is too short for the value that begins in it.")
    }
    return (overflow, start..<start + node.valueByteCount)
  }

  /// The list of pages that a transaction freed: their number, then each of them, descending.
  private mutating func checkFreeList(
    _ list: (page: LMDBPage, bytes: Range<Int>)
  ) throws(LMDBPageFault) {
    let numbers = stride(from: list.bytes.lowerBound, through: list.bytes.upperBound - 8, by: 8)
      .map { list.page.load($0, as: UInt64.self) }
    guard let count = numbers.first, count < numbers.count else {
      throw list.page.fault("It lists more free pages than it has room for.")
    }
    let free = numbers.dropFirst().prefix(Int(count))
    guard zip(free, free.dropFirst()).allSatisfy({ $0 > $1 }) else {
      throw list.page.fault("It does not list free pages in their order.")
    }
    // A page that was given back before it was ever written may lie beyond the end of the file.
    for number in free where number < pageCount { try mark(number) }
  }
}

// MARK: - Pages

extension LMDBFileCheck {
  /// Notes that a page is in use or free; fails when that is known of it already.
  private mutating func mark(_ number: UInt64) throws(LMDBPageFault) {
    guard number < pageCount else { throw fault(number, "It lies beyond the end of the file.") }
    let (word, bit) = (Int(number / 64), UInt64(1) << (number % 64))
    guard seen[word] & bit == 0 else { throw fault(number, "It is used twice.") }
    seen[word] |= bit
  }

  private func read(
    _ number: UInt64, kinds: [LMDBPage.Kind], pages: Int = 1
  ) throws(LMDBPageFault) -> LMDBPage {
    var bytes = [UInt8](repeating: 0, count: pages * pageSize)
    let offset = off_t(number) * off_t(pageSize)
    let count = unsafe bytes.withUnsafeMutableBytes { bytes in
      unsafe pread(descriptor, bytes.baseAddress, bytes.count, offset)
    }
    guard count == bytes.count else {
      throw fault(number, "It cannot be read, or the file ends within it.")
    }
    return try LMDBPage(bytes, number: number, kinds: kinds)
  }

  private func fault(_ page: UInt64, _ reason: String) -> LMDBPageFault {
    let key = previousKey.flatMap { key in
      key.count == 8 ? key.reduce(0) { $0 << 8 | UInt64($1) } : nil
    }
    return LMDBPageFault(page: page, reason: reason, tree: treeName, previousKey: key)
  }
}
