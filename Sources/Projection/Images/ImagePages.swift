internal import EventLog
internal import Glibc

/// Checks the structure of an LMDB file before LMDB sees it.
///
/// LMDB 0.9 trusts its pages: it has no checksums, and follows whatever page number or offset it reads.
/// A damaged file can make it read and write outside of its memory. This walks all pages that a
/// transaction can reach, by reads of its own with every bound checked, and accepts only what LMDB
/// itself would have written; what is wrong with the rows is left to their checksums. The layout is
/// that of data version 1 (LMDB 0.9), in which integers are in the processor's byte order and 64-bit.
enum ImagePages {
  /// Checks a file that nobody is writing.
  ///
  /// A missing or empty file is fine: LMDB begins one.
  ///
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/damaged``, naming the page.
  static func check(_ file: String, mapBytes: Int) throws(ImageFault) {
    guard let source = try PageSource.open(file) else { return }
    let (first, second) = try source.metas()
    let newest = first.transaction < second.transaction ? second : first
    guard newest.lastPage < UInt64(mapBytes / source.pageBytes) else {
      throw source.fault(0, "the last page lies outside of the address space")
    }
    var walk = PageWalk(source: source, meta: newest)
    try walk.checkAll()
  }

  /// Checks what LMDB reads when it opens the file; it may be written meanwhile.
  ///
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/damaged``.
  static func checkHeader(of file: String) throws(ImageFault) {
    guard let source = try PageSource.open(file) else { return }
    _ = try source.metas()
  }
}

/// Reads pages of an LMDB file.
struct PageSource: ~Copyable {
  static let headerBytes = 16
  /// From the beginning of the page.
  static let metaBytes = 152
  /// LMDB takes the operating system's page size, within its own limits.
  static let pageBytesAllowed: [UInt32] = [512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768]

  let file: String
  let byteCount: Int
  private(set) var pageBytes = 0
  private let descriptor: Int32

  private init(file: String, descriptor: Int32, byteCount: Int) {
    self.file = file
    self.descriptor = descriptor
    self.byteCount = byteCount
  }

  /// Opens a file; nil when it is missing or empty.
  static func open(_ file: String) throws(ImageFault) -> PageSource? {
    let descriptor = unsafe Glibc.open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .system("open", file: file)
    }
    let byteCount = lseek(descriptor, 0, SEEK_END)
    var source = PageSource(file: file, descriptor: descriptor, byteCount: byteCount)
    guard byteCount >= 0 else { throw .system("lseek", file: file) }
    guard byteCount > 0 else { return nil }
    // Whether or not the size is right, the field of the first page is there to say it.
    let stated = try source.bytes(at: 0, count: metaBytes, page: 0)
      .loadLittleEndian(at: PageMeta.pageBytesOffset, as: UInt32.self)
    guard pageBytesAllowed.contains(stated) else { throw source.fault(0, "the page size is none") }
    source.pageBytes = Int(stated)
    return source
  }

  deinit {
    close(descriptor)
  }

  /// How many pages the file has.
  var pageCount: UInt64 { UInt64(byteCount / pageBytes) }

  /// A whole page.
  func page(_ number: UInt64) throws(ImageFault) -> [UInt8] {
    guard number < pageCount else { throw fault(number, "it lies beyond the end of the file") }
    return try bytes(at: Int(number) * pageBytes, count: pageBytes, page: number)
  }

  /// Both meta pages, which transactions write in turn.
  func metas() throws(ImageFault) -> (PageMeta, PageMeta) {
    let first = try PageMeta(try page(0), number: 0, in: self)
    let second = try PageMeta(try page(1), number: 1, in: self)
    return (first, second)
  }

  func fault(_ page: UInt64, _ what: String) -> ImageFault {
    .damaged("page \(page): \(what)", file: file)
  }

  private func bytes(at offset: Int, count: Int, page: UInt64) throws(ImageFault) -> [UInt8] {
    guard offset + count <= byteCount else {
      throw fault(page, "it lies beyond the end of the file")
    }
    var readCount = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      unsafe readCount = pread(descriptor, buffer.baseAddress, count, offset)
      initializedCount = max(0, readCount)
    }
    guard readCount == count else { throw .system("pread", file: file) }
    return bytes
  }
}

/// What a meta page says.
struct PageMeta {
  private static let magic: UInt32 = 0xBEEF_C0DE
  private static let version: UInt32 = 1
  static let pageBytesOffset = 40

  let freePages: PageTree
  let databases: PageTree
  let lastPage: UInt64
  let transaction: UInt64

  init(_ page: [UInt8], number: UInt64, in source: borrowing PageSource) throws(ImageFault) {
    guard page.loadLittleEndian(at: 0, as: UInt64.self) == number,
      page.loadLittleEndian(at: 10, as: UInt16.self) == PageFlags.meta,
      page.loadLittleEndian(at: 16, as: UInt32.self) == Self.magic
    else { throw source.fault(number, "it is no meta page") }
    guard page.loadLittleEndian(at: 20, as: UInt32.self) == Self.version else {
      throw .unusable(
        .formatUnknown, "The image is of another data version of LMDB.", file: source.file)
    }
    guard
      Int(page.loadLittleEndian(at: Self.pageBytesOffset, as: UInt32.self))
        == source.pageBytes
    else {
      throw source.fault(number, "the page size is another")
    }
    freePages = PageTree(Array(page[40..<88]))
    databases = PageTree(Array(page[88..<136]))
    lastPage = page.loadLittleEndian(at: 136, as: UInt64.self)
    transaction = page.loadLittleEndian(at: 144, as: UInt64.self)
    guard freePages.flags & ~PageTree.noSubdirectory == PageTree.integerKeys,
      databases.flags == 0
    else {
      throw source.fault(number, "the flags of its trees are none")
    }
    // Transactions write the two pages in turn; a new file has two of transaction 0.
    guard transaction == 0 || transaction % 2 == number else {
      throw source.fault(number, "its transaction belongs to the other meta page")
    }
    guard lastPage >= 1 else { throw source.fault(number, "the last page is a meta page") }
  }
}

/// A tree of pages, as its database's record describes it.
struct PageTree {
  static let byteCount = 48
  static let integerKeys: UInt16 = 8
  /// Noted with the flags of the tree of free pages: the environment is one file.
  static let noSubdirectory: UInt16 = 0x4000
  /// The root of a tree without pages.
  static let noPage = UInt64.max

  let flags: UInt16
  let depth: UInt16
  let branchPages: UInt64
  let leafPages: UInt64
  let overflowPages: UInt64
  let entries: UInt64
  let root: UInt64

  /// Reads 48 bytes.
  init(_ bytes: [UInt8]) {
    flags = bytes.loadLittleEndian(at: 4, as: UInt16.self)
    depth = bytes.loadLittleEndian(at: 6, as: UInt16.self)
    branchPages = bytes.loadLittleEndian(at: 8, as: UInt64.self)
    leafPages = bytes.loadLittleEndian(at: 16, as: UInt64.self)
    overflowPages = bytes.loadLittleEndian(at: 24, as: UInt64.self)
    entries = bytes.loadLittleEndian(at: 32, as: UInt64.self)
    root = bytes.loadLittleEndian(at: 40, as: UInt64.self)
  }
}

/// What a page's header says that it is.
enum PageFlags {
  static let branch: UInt16 = 1
  static let leaf: UInt16 = 2
  static let overflow: UInt16 = 4
  static let meta: UInt16 = 8
}
