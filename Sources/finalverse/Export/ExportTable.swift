/// A table of an export: its name and its columns.
struct ExportTable: Sendable {
  /// What its rows are.
  enum Origin: String, Sendable {
    /// Of the export itself.
    case log
    /// Events of one kind, or what is repeated in them.
    case event
    /// Rows of a projection's table, or what is repeated in them.
    case projection
  }

  /// A column.
  struct Column: Sendable {
    /// What its cells hold.
    enum Content: String, Sendable {
      /// A whole number from −2⁶³ to 2⁶³ − 1.
      case integer
      /// A whole number from 0 to 2⁶⁴ − 1.
      case unsigned
      /// True or false.
      case boolean
      /// Text.
      case text
      /// Text out of a list that the schema has.
      case name
      /// Bytes.
      case bytes
    }

    /// Its name, unique in its table.
    var name: String
    /// What its cells hold.
    let content: Content
    /// Whether rows are looked for by it.
    var isIndexed = false
    /// Whether it is part of what tells a row from all others of its table.
    var isKey = false
  }

  /// Its name, unique in the export.
  let name: String
  /// What its rows are.
  let origin: Origin
  /// Its columns, in order.
  private(set) var columns: [Column]
  /// What a row holds before its fields are read.
  private(set) var blank: [Cell]

  /// A table with the columns that come before those of its message.
  init(_ name: String, _ origin: Origin, _ columns: [Column]) {
    self.name = name
    self.origin = origin
    self.columns = columns
    blank = Array(repeating: .null, count: columns.count)
  }

  /// Adds a column, with `_` behind its name as often as that is taken.
  ///
  /// - Returns: Its index.
  mutating func add(_ column: Column, blank cell: Cell) -> Int {
    var column = column
    while columns.contains(where: { $0.name == column.name }) { column.name += "_" }
    columns.append(column)
    blank.append(cell)
    return columns.count - 1
  }
}

/// The value of one column of one row.
enum Cell: Sendable {
  /// None.
  case null
  /// A number.
  case integer(Int64)
  /// A number that may be beyond the highest of the other.
  case unsigned(UInt64)
  /// True or false.
  case flag(Bool)
  /// A text out of a list that the schema has.
  case name(String)
  /// These bytes of ``ExportRow/texts``: UTF-8, checked.
  case text(Range<Int>)
  /// These bytes of ``ExportRow/texts``.
  case bytes(Range<Int>)
}

/// A row on its way to an export.
///
/// One is used for many rows, so that none takes memory of its own.
struct ExportRow: Sendable {
  /// A cell for each column.
  var cells: [Cell] = []
  /// Where the texts of the cells lie.
  private(set) var texts: [UInt8] = []

  /// Begins a row: with these cells, and without texts.
  mutating func begin(_ cells: [Cell]) {
    self.cells.replaceSubrange(0..., with: cells)
    texts.removeAll(keepingCapacity: true)
  }

  /// Puts text into a column.
  mutating func set(_ column: Int, to text: some Collection<UInt8>) {
    let start = texts.count
    texts.append(contentsOf: text)
    cells[column] = .text(start..<texts.count)
  }

  /// Keeps bytes, and says where.
  mutating func keep(_ range: Range<Int>, of span: RawSpan) -> Range<Int> {
    let start = texts.count
    unsafe span.extracting(range).withUnsafeBytes { unsafe texts.append(contentsOf: $0) }
    return start..<texts.count
  }
}
