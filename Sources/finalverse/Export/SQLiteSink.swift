import GRDB
import GRDBSQLite
import Glibc

/// An export as a database in one file.
///
/// The file is a draft until it is whole, so it is written without a journal: nothing reads it before.
final class SQLiteSink: ExportSink {
  private let database: Database
  private let tables: [ExportTable]
  private let inserts: [Statement]
  private let file: String

  /// Runs `body` with a new database that has the tables, without rows.
  ///
  /// - Throws: A ``Failure`` when it cannot be written, or what `body` throws.
  static func with(
    _ tables: [ExportTable], in file: String, _ body: (SQLiteSink) throws -> Void
  ) throws {
    do {
      var configuration = Configuration()
      // What fails leaves one open, in a file that is removed.
      configuration.allowsUnsafeTransactions = true
      configuration.prepareDatabase { database in
        try database.execute(
          sql: """
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
            PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536;
            """)
      }
      let queue = try DatabaseQueue(path: file, configuration: configuration)
      try queue.writeWithoutTransaction { database in
        try body(SQLiteSink(tables, in: database, file: file))
      }
      try queue.close()
    } catch let error as DatabaseError {
      throw Failure(error, writing: file)
    }
  }

  private init(_ tables: [ExportTable], in database: Database, file: String) throws {
    self.database = database
    self.tables = tables
    self.file = file
    try database.beginTransaction()
    for table in tables { try database.execute(sql: table.creation) }
    inserts = try tables.map { try database.makeStatement(sql: $0.insertion) }
  }

  func write(_ row: borrowing ExportRow, to table: Int) throws {
    let statement = unsafe inserts[table].sqliteStatement
    let cells = row.cells
    let result = unsafe row.texts.withUnsafeBytes { texts -> CInt in
      for (index, cell) in cells.enumerated() {
        unsafe Self.bind(cell, to: CInt(index + 1), of: statement, texts)
      }
      let result = unsafe sqlite3_step(statement)
      unsafe sqlite3_reset(statement)
      return result
    }
    guard result == SQLITE_DONE else { throw failure(result) }
  }

  /// Binds a cell; that of a text stays where it is, which is until the row is written.
  private static func bind(
    _ cell: Cell, to column: CInt, of statement: SQLiteStatement, _ texts: UnsafeRawBufferPointer
  ) {
    switch cell {
    case .null: unsafe sqlite3_bind_null(statement, column)
    case .integer(let value): unsafe sqlite3_bind_int64(statement, column, value)
    case .flag(let flag): unsafe sqlite3_bind_int64(statement, column, flag ? 1 : 0)
    case .unsigned(let value):
      if let small = Int64(exactly: value) {
        unsafe sqlite3_bind_int64(statement, column, small)
      } else {
        // SQLite has no number for it, and would round it. A column without a type keeps the text.
        unsafe bind(String(value), to: column, of: statement)
      }
    case .name(let name): unsafe bind(name, to: column, of: statement)
    case .text(let range) where range.isEmpty: unsafe bind("", to: column, of: statement)
    case .text(let range):
      let text = unsafe UnsafeRawBufferPointer(rebasing: texts[range])
      unsafe sqlite3_bind_text(
        statement, column, text.baseAddress?.assumingMemoryBound(to: CChar.self),
        CInt(range.count), nil)
    case .bytes(let range) where range.isEmpty:
      unsafe sqlite3_bind_zeroblob(statement, column, 0)
    case .bytes(let range):
      let bytes = unsafe UnsafeRawBufferPointer(rebasing: texts[range])
      unsafe sqlite3_bind_blob(statement, column, bytes.baseAddress, CInt(range.count), nil)
    }
  }

  /// Binds text that SQLite is to copy.
  private static func bind(_ text: String, to column: CInt, of statement: SQLiteStatement) {
    let copied = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    unsafe sqlite3_bind_text(statement, column, text, -1, copied)
  }

  func finish() throws {
    try database.commit()
    let progress = Progress("indexing", of: tables.count, "table", "tables")
    defer { progress.abandon() }
    for (index, table) in tables.enumerated() {
      for creation in table.indexCreations { try database.execute(sql: creation) }
      progress.update(index + 1)
    }
    try database.execute(sql: "PRAGMA optimize")
    let finding = try String.fetchOne(database, sql: "PRAGMA quick_check(1)")
    guard finding == "ok" else {
      throw Failure(
        .cannotWrite,
        "\(file) was not written as it should be: \(finding ?? "no answer"). Check the disk.")
    }
  }

  private func failure(_ result: CInt) -> Failure {
    let message = unsafe sqlite3_errmsg(database.sqliteConnection).map {
      unsafe String(cString: $0)
    }
    let systemNumber = unsafe sqlite3_system_errno(database.sqliteConnection)
    if result == SQLITE_FULL { return .cannotWrite(file, ENOSPC) }
    if systemNumber != 0 { return .cannotWrite(file, systemNumber) }
    return Failure(.cannotWrite, "\(file) cannot be written: \(message ?? "SQLite \(result)").")
  }
}

extension Failure {
  /// What SQLite says when an export cannot be written.
  fileprivate init(_ error: DatabaseError, writing file: String) {
    if error.resultCode == .SQLITE_FULL {
      self = .cannotWrite(file, ENOSPC)
    } else {
      self.init(
        .cannotWrite,
        "\(file) cannot be written: \(error.message ?? "\(error.resultCode)"). Check the path and the "
          + "permissions, and that there is room on the disk and in the directory for temporary files."
      )
    }
  }
}

extension ExportTable {
  /// The statement that makes it.
  fileprivate var creation: String {
    let columns = columns.map { column in
      let isRowID = name == "entries" && column.name == "position"
      return column.name.quoted + " " + column.content.sqlType + (isRowID ? " PRIMARY KEY" : "")
    }
    return "CREATE TABLE \(name.quoted) (\(columns.joined(separator: ", ")))"
  }

  /// The statement that adds a row.
  fileprivate var insertion: String {
    let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
    return "INSERT INTO \(name.quoted) VALUES (\(marks))"
  }

  /// The statements that make rows quick to find: by what tells them apart, and by each column that
  /// says when, who or what.
  fileprivate var indexCreations: [String] {
    let keys = columns.filter(\.isKey).map(\.name)
    var indexes = columns.filter(\.isIndexed).map { [$0.name] }
    if name != "entries", !keys.isEmpty { indexes.insert(keys, at: 0) }
    return indexes.map { columns in
      let index = ([name] + columns).joined(separator: "__") + "__index"
      let list = columns.map(\.quoted).joined(separator: ", ")
      return "CREATE INDEX \(index.quoted) ON \(name.quoted) (\(list))"
    }
  }
}

extension ExportTable.Column.Content {
  /// The type that SQLite is told, which decides what it makes of text: without one it is kept.
  fileprivate var sqlType: String {
    switch self {
    case .integer: "INTEGER"
    case .unsigned: ""
    case .boolean: "BOOLEAN"
    case .text, .name: "TEXT"
    case .bytes: "BLOB"
    }
  }
}

extension String {
  fileprivate var quoted: String { "\"" + replacing("\"", with: "\"\"") + "\"" }
}
