/// How the fields of a message become the cells of a row, and rows of other tables.
///
/// A message in a message has its columns in the same row, with its name in front; what is repeated has a
/// table of its own. Built once from the schema; reading follows it without looking anything up by name.
final class MessagePlan: Sendable {
  /// What becomes of a field.
  enum Step: Sendable {
    /// It is a cell.
    case cell(column: Int, MessageShape.Content)
    /// Its fields are cells.
    case nested(MessagePlan)
    /// Each of its elements is a row.
    case rows(TablePlan)
  }

  /// By number; nil where the schema has nothing.
  let steps: [Step?]

  init(steps: [Step?]) {
    self.steps = steps
  }
}

/// How a message becomes a row of one table.
final class TablePlan: Sendable {
  /// The table's index in the export.
  let table: Int
  /// What a row holds before its fields are read.
  let blank: [Cell]
  /// The columns of the row above that the first columns repeat; after these comes the ordinal.
  let keys: [Int]
  /// How many of the first columns say whose row it is; the rest are the message's.
  let leadCount: Int
  /// Which of the parent's child tables it is.
  let slot: Int
  /// How many child tables there are.
  let childCount: Int
  /// The fields; of what is repeated and no message, one.
  let message: MessagePlan
  /// The repeated field, when it holds no messages.
  let element: MessageShape.Field?

  init(
    table: Int, blank: [Cell], keys: [Int], leadCount: Int, slot: Int, childCount: Int,
    message: MessagePlan,
    element: MessageShape.Field?
  ) {
    self.table = table
    self.blank = blank
    self.keys = keys
    self.leadCount = leadCount
    self.slot = slot
    self.childCount = childCount
    self.message = message
    self.element = element
  }
}

/// Makes the plans of one message, and the tables they fill.
struct PlanMaker {
  /// The tables so far.
  private(set) var tables: [ExportTable]
  /// Whether texts are left out.
  let isWithoutTexts: Bool

  /// Adds to tables that there are.
  init(after tables: [ExportTable], isWithoutTexts: Bool) {
    self.tables = tables
    self.isWithoutTexts = isWithoutTexts
  }

  /// Adds the table of a message, and those of what is repeated in it.
  mutating func add(
    _ name: String, _ origin: ExportTable.Origin, lead: [ExportTable.Column],
    _ shape: MessageShape
  ) -> TablePlan {
    add(ExportTable(name, origin, lead), keys: [], slot: 0, shape)
  }

  private mutating func add(
    _ table: ExportTable, keys: [Int], slot: Int, _ shape: MessageShape,
    element: MessageShape.Field? = nil
  ) -> TablePlan {
    let index = tables.count
    tables.append(table)
    var children = 0
    let plan = add(shape, prefix: "", to: index, table.columns, &children)
    return TablePlan(
      table: index, blank: tables[index].blank, keys: keys, leadCount: table.columns.count,
      slot: slot, childCount: children, message: plan, element: element)
  }

  private mutating func add(
    _ shape: MessageShape, prefix: String, to index: Int, _ lead: [ExportTable.Column],
    _ children: inout Int
  ) -> MessagePlan {
    var steps = [MessagePlan.Step?](repeating: nil, count: (shape.fields.last?.number ?? 0) + 1)
    for field in shape.fields {
      let name = prefix + field.name
      if field.isRepeated {
        let parent = tables[index]
        // Of the leading columns of the row above, those that say which row it is.
        let keys = lead.indices.filter { lead[$0].isKey }
        let depth = keys.count { lead[$0].name.hasPrefix("ordinal") }
        let ordinal = ExportTable.Column(
          name: depth == 0 ? "ordinal" : "ordinal_\(depth + 1)", content: .integer, isKey: true)
        let table = ExportTable(
          parent.name + "__" + name, parent.origin, keys.map { lead[$0] } + [ordinal])
        steps[field.number] = .rows(add(field, table, keys: keys, slot: children))
        children += 1
      } else if case .message(let nested) = field.content {
        steps[field.number] = .nested(
          add(nested, prefix: name + "_", to: index, lead, &children))
      } else {
        let column = addCell(name, field, to: index)
        steps[field.number] = .cell(column: column, field.content)
      }
    }
    return MessagePlan(steps: steps)
  }

  /// Adds the table of a repeated field; numbers and texts are in a column `value`.
  private mutating func add(
    _ field: MessageShape.Field, _ table: ExportTable, keys: [Int], slot: Int
  ) -> TablePlan {
    if case .message(let shape) = field.content { return add(table, keys: keys, slot: slot, shape) }
    let value = MessageShape.Field(
      number: 1, name: "value", content: field.content, isRepeated: false, hasPresence: false,
      byteCount: nil)
    return add(table, keys: keys, slot: slot, MessageShape(fields: [value]), element: field)
  }

  private mutating func addCell(
    _ name: String, _ field: MessageShape.Field, to table: Int
  ) -> Int {
    let content = field.content
    let isSubject = EntryFilter.Subject.allCases.contains { $0.isHeld(byField: field.name) }
    let column = ExportTable.Column(
      name: name, content: content.column, isIndexed: isSubject && content.isNumber)
    let isLeftOut = field.hasPresence || (isWithoutTexts && content.isText)
    return tables[table].add(column, blank: isLeftOut ? .null : content.blank)
  }
}

extension MessageShape.Content {
  /// What a column of it holds.
  fileprivate var column: ExportTable.Column.Content {
    switch self {
    case .signed: .integer
    case .unsigned: .unsigned
    case .flag: .boolean
    case .text, .message: .text
    case .bytes: .bytes
    case .enumeration: .name
    }
  }

  /// What the program takes it for when it is not set.
  fileprivate var blank: Cell {
    switch self {
    case .signed: .integer(0)
    case .unsigned: .unsigned(0)
    case .flag: .flag(false)
    case .text, .message: .text(0..<0)
    case .bytes: .bytes(0..<0)
    case .enumeration(let names): .name(names[0] ?? "0")
    }
  }

  /// Whether it is a number that something is known by.
  var isNumber: Bool {
    switch self {
    case .signed, .unsigned: true
    case .flag, .text, .bytes, .enumeration, .message: false
    }
  }

  /// Whether people may have written it.
  var isText: Bool {
    switch self {
    case .text, .bytes: true
    case .signed, .unsigned, .flag, .enumeration, .message: false
    }
  }
}
