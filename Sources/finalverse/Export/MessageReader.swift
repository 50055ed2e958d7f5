/// Reads stored messages into rows, without making messages of them.
///
/// The bytes are walked once, as they lie; every bound is checked. What the schema does not have is passed
/// over, as any reader of protobuf does.
struct MessageReader {
  /// What is not as protobuf has it.
  struct Malformed: Error {}

  private let isWithoutTexts: Bool
  /// A row for each level of tables in tables, used again and again.
  private var rows: [ExportRow] = []
  /// How many rows each child table of the row of a level has got.
  private var counts: [[Int64]] = []

  init(isWithoutTexts: Bool) {
    self.isWithoutTexts = isWithoutTexts
  }

  /// Reads a message into a row of its table, and of the tables below that.
  ///
  /// - Parameters:
  ///   - bytes: Where the message lies.
  ///   - range: Its part of them.
  ///   - plan: What becomes of it.
  ///   - lead: The first cells of the row.
  ///   - sink: Gets the rows; those below come first.
  /// - Throws: ``Malformed``, or what the sink throws.
  mutating func read(
    _ bytes: RawSpan, _ range: Range<Int>, _ plan: TablePlan, lead: [Cell],
    into sink: any ExportSink
  ) throws {
    begin(plan, level: 0)
    for (column, cell) in lead.enumerated() { rows[0].cells[column] = cell }
    try fill(bytes, range, plan.message, level: 0, into: sink)
    try sink.write(rows[0], to: plan.table)
  }

  private mutating func begin(_ plan: TablePlan, level: Int) {
    if rows.count == level {
      rows.append(ExportRow())
      counts.append([])
    }
    rows[level].begin(plan.blank)
    counts[level].replaceSubrange(0..., with: repeatElement(0, count: plan.childCount))
  }

  private mutating func fill(
    _ bytes: RawSpan, _ range: Range<Int>, _ plan: MessagePlan, level: Int,
    into sink: any ExportSink
  ) throws {
    var cursor = WireCursor(range)
    while let field = try cursor.next(in: bytes) {
      guard field.number < plan.steps.count, let step = plan.steps[field.number] else { continue }
      switch step {
      case .cell(let column, let content):
        set(column, try cell(field.value, content, bytes, level: level), level: level)
      case .nested(let nested):
        guard case .range(let range) = field.value else { continue }
        try fill(bytes, range, nested, level: level, into: sink)
      case .rows(let table):
        try addRows(field.value, table, bytes, level: level, into: sink)
      }
    }
  }

  private mutating func set(_ column: Int, _ cell: Cell?, level: Int) {
    if let cell { rows[level].cells[column] = cell }
  }

  /// Adds an element, or all those of a packed field, to a table below.
  private mutating func addRows(
    _ value: WireCursor.Value, _ table: TablePlan, _ bytes: RawSpan, level: Int,
    into sink: any ExportSink
  ) throws {
    guard let element = table.element else {
      guard case .range(let range) = value else { return }
      try addRow(range, table, bytes, level: level, into: sink)
      return
    }
    if case .range(let range) = value, !element.content.isText {
      var cursor = WireCursor(range)
      while let packed = try cursor.nextPacked(element.byteCount, in: bytes) {
        try addElement(packed, element.content, table, bytes, level: level, into: sink)
      }
    } else {
      try addElement(value, element.content, table, bytes, level: level, into: sink)
    }
  }

  private mutating func addElement(
    _ value: WireCursor.Value, _ element: MessageShape.Content, _ table: TablePlan,
    _ bytes: RawSpan, level: Int, into sink: any ExportSink
  ) throws {
    try addRow(0..<0, table, bytes, level: level, into: sink) { reader in
      let found = try reader.cell(value, element, bytes, level: level + 1)
      reader.set(table.leadCount, found, level: level + 1)
    }
  }

  /// Adds a row to a table below: the keys of the row above it, its place among its like, its fields.
  private mutating func addRow(
    _ range: Range<Int>, _ table: TablePlan, _ bytes: RawSpan, level: Int,
    into sink: any ExportSink, _ fillElement: (inout Self) throws -> Void = { _ in }
  ) throws {
    begin(table, level: level + 1)
    counts[level][table.slot] += 1
    for (column, source) in table.keys.enumerated() {
      rows[level + 1].cells[column] = rows[level].cells[source]
    }
    rows[level + 1].cells[table.leadCount - 1] = .integer(counts[level][table.slot])
    try fillElement(&self)
    try fill(bytes, range, table.message, level: level + 1, into: sink)
    try sink.write(rows[level + 1], to: table.table)
  }

  /// The cell for a value; nil for one that is not of the field's type, which counts as unknown.
  private mutating func cell(
    _ value: WireCursor.Value, _ content: MessageShape.Content, _ bytes: RawSpan, level: Int
  ) throws -> Cell? {
    switch (value, content) {
    case (.number(let number), .signed): .integer(Int64(bitPattern: number))
    case (.number(let number), .unsigned): .unsigned(number)
    case (.number(let number), .flag): .flag(number != 0)
    case (.number(let number), .enumeration(let names)):
      .name(names[number] ?? String(Int64(bitPattern: number)))
    case (.range, .text) where isWithoutTexts, (.range, .bytes) where isWithoutTexts: .null
    case (.range(let range), .text):
      .text(try rows[level].keepText(range, of: bytes))
    case (.range(let range), .bytes): .bytes(rows[level].keep(range, of: bytes))
    default: nil
    }
  }
}

extension ExportRow {
  /// Keeps bytes that must be UTF-8.
  fileprivate mutating func keepText(
    _ range: Range<Int>, of span: RawSpan
  ) throws -> Range<Int> {
    let kept = keep(range, of: span)
    guard
      texts[kept].allSatisfy({ $0 < 0x80 }) || String(validating: texts[kept], as: UTF8.self) != nil
    else { throw MessageReader.Malformed() }
    return kept
  }
}
