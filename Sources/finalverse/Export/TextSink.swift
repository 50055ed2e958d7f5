import Glibc

/// An export as a directory with a text file for each table.
final class TextSink: ExportSink {
  private let files: [DraftFile]
  private let heads: [[[UInt8]]]
  private let isJSON: Bool

  /// Begins the files of all tables.
  ///
  /// - Throws: A ``Failure`` when that cannot be done.
  init(_ format: ExportFormat, of tables: [ExportTable], in directory: String) throws(Failure) {
    isJSON = format == .jsonl
    var files: [DraftFile] = []
    for table in tables {
      let file = try DraftFile(directory + "/" + table.name + "." + format.rawValue)
      if format == .csv {
        try file.append { $0 += (table.columns.map(\.name).joined(separator: ",") + "\n").utf8 }
      }
      files.append(file)
    }
    self.files = files
    heads = tables.map { table in
      table.columns.enumerated().map { index, column in
        Array(((index == 0 ? "{" : ",") + JSONText.string(column.name).text + ":").utf8)
      }
    }
  }

  func write(_ row: borrowing ExportRow, to table: Int) throws {
    let row = copy row
    try files[table].append { block in
      if isJSON {
        RowText.appendJSON(row, heads: heads[table], to: &block)
      } else {
        RowText.appendCSV(row, to: &block)
      }
    }
  }

  func finish() throws {
    for file in files { try file.finish() }
  }
}

/// A file that is written from front to back, a block at a time.
private final class DraftFile {
  private static let blockByteCount = 1 << 16

  private let path: String
  private let descriptor: Int32
  private var block: [UInt8] = []

  init(_ path: String) throws(Failure) {
    self.path = path
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .cannotWrite(path, errno) }
  }

  deinit {
    close(descriptor)
  }

  func append(_ body: (inout [UInt8]) -> Void) throws(Failure) {
    body(&block)
    if block.count >= Self.blockByteCount { try flush() }
  }

  /// Makes the file durable.
  func finish() throws(Failure) {
    try flush()
    guard fsync(descriptor) == 0 else { throw .cannotWrite(path, errno) }
  }

  private func flush() throws(Failure) {
    var done = 0
    while done < block.count {
      let count = unsafe block.withUnsafeBytes { buffer in
        unsafe write(descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
      }
      guard count >= 0 || errno == EINTR else { throw .cannotWrite(path, errno) }
      done += max(0, count)
    }
    block.removeAll(keepingCapacity: true)
  }
}
