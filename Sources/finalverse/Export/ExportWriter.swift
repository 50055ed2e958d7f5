import EventLog
import SwiftProtobuf

/// Turns entries and rows into rows of an export.
struct ExportWriter {
  /// What was written so far.
  private(set) var report = Export.Report()
  private let schema: ExportSchema
  private let sink: any ExportSink
  private let entryBlank: [Cell]
  private var reader: MessageReader
  private var row = ExportRow()
  private var clock = ClockText()

  init(_ schema: ExportSchema, _ sink: any ExportSink, isWithoutTexts: Bool) {
    self.schema = schema
    self.sink = sink
    entryBlank = schema.tables[ExportSchema.entries].blank
    reader = MessageReader(isWithoutTexts: isWithoutTexts)
  }

  /// Writes an entry and its events.
  ///
  /// - Throws: A ``Failure`` when the payload is not what the schema says, or what the sink throws.
  mutating func write(_ entry: EntryView) throws {
    do {
      try writeEvents(of: entry)
    } catch is MessageReader.Malformed {
      throw Failure(
        .damaged,
        """
        The payload of the entry at position \(entry.position) is not what the schema says, though its checksum is right: \
        it was written by a faulty program.
        """)
    }
    try writeHead(of: entry)
    if report.first == nil { report.first = entry.header }
    report.last = entry.header
    report.entries += 1
    report.events += UInt64(entry.eventCount)
    report.byteCount += UInt64(entry.bytes.byteCount)
  }

  private mutating func writeHead(of entry: EntryView) throws {
    row.begin(entryBlank)
    row.cells[0] = .unsigned(entry.position.rawValue)
    row.set(1, to: clock.text(of: entry.time))
    row.cells[2] = .integer(entry.time.microseconds)
    row.cells[3] = .unsigned(entry.actor.rawValue)
    row.cells[4] = .unsigned(entry.commandID.rawValue)
    row.cells[5] = .unsigned(entry.epoch.rawValue)
    row.cells[6] = .integer(Int64(entry.eventCount))
    row.cells[7] = .integer(Int64(entry.bytes.byteCount))
    row.set(8, to: names(of: entry.kinds).utf8)
    try sink.write(row, to: ExportSchema.entries)
  }

  /// The tables that an entry's events are in, with a space between; of unknown kinds the numbers.
  private func names(of kinds: EventKinds) -> String {
    kinds.map { schema.names[$0.rawValue] ?? "\($0)" }.joined(separator: " ")
  }

  private mutating func writeEvents(of entry: EntryView) throws {
    let bytes = entry.payload
    var payload = WireCursor(0..<bytes.byteCount)
    var number: Int64 = 0
    while let field = try payload.next(in: bytes) {
      guard field.number == 1, case .range(let event) = field.value else { continue }
      number += 1
      guard let (kind, content) = try kind(ofEventAt: event, in: bytes),
        let plan = schema.plans[kind]
      else {
        report.unknownEvents += 1
        continue
      }
      let lead: [Cell] = [
        .unsigned(entry.position.rawValue), .integer(number),
        .integer(entry.time.microseconds), .unsigned(entry.actor.rawValue),
      ]
      try reader.read(bytes, content, plan, lead: lead, into: sink)
    }
  }

  /// What an event is and where its fields lie; nil for one that has nothing in it.
  private func kind(
    ofEventAt range: Range<Int>, in bytes: RawSpan
  ) throws -> (kind: UInt16, content: Range<Int>)? {
    var event = WireCursor(range)
    guard let system = try event.next(in: bytes), case .range(let inner) = system.value else {
      return nil
    }
    var systemEvent = WireCursor(inner)
    guard let fact = try systemEvent.next(in: bytes), case .range(let content) = fact.value,
      let systemNumber = UInt8(exactly: system.number),
      let eventNumber = UInt8(exactly: fact.number)
    else { return nil }
    return (EventKind(system: systemNumber, event: eventNumber).rawValue, content)
  }

  /// Writes what is known of the export as a whole.
  mutating func write(_ meta: [(String, String)]) throws {
    for (name, value) in meta {
      try write([name, value], to: ExportSchema.meta)
    }
  }

  /// Writes of each column of each table what it holds.
  mutating func write(columnsOf tables: [ExportTable]) throws {
    for table in tables {
      for column in table.columns {
        try write(
          [table.name, column.name, column.content.rawValue, table.origin.rawValue],
          to: ExportSchema.columns)
      }
    }
  }

  private mutating func write(_ texts: [String], to table: Int) throws {
    row.begin(schema.tables[table].blank)
    for (column, text) in texts.enumerated() { row.set(column, to: text.utf8) }
    try sink.write(row, to: table)
  }

  /// Writes a row of a projection's table.
  mutating func write(_ message: some Message, number: Int64, as plan: TablePlan) throws {
    let bytes: [UInt8] = try message.serializedBytes()
    try reader.read(
      unsafe bytes.span.bytes, 0..<bytes.count, plan, lead: [.integer(number)], into: sink)
  }

  /// The plan of a projection's table; nil when there is no such table.
  func plan(ofTable name: String, in projection: String) -> TablePlan? {
    schema.rowPlans[ExportSchema.name(ofTable: name, in: projection)]
  }
}

/// The text of times; most entries share a second with the one before.
private struct ClockText {
  private var second = Int64.min
  private var prefix: ArraySlice<UInt8> = []

  /// ISO 8601 in UTC with microseconds.
  mutating func text(of time: Timestamp) -> [UInt8] {
    let micros = ((time.microseconds % 1_000_000) + 1_000_000) % 1_000_000
    let second = (time.microseconds - micros) / 1_000_000
    if second != self.second {
      self.second = second
      // All but the six digits and the Z at its end.
      prefix = Array(time.description.utf8).dropLast(7)
    }
    var text = Array(prefix)
    var unit: Int64 = 100_000
    while unit > 0 {
      text.append(UInt8(ascii: "0") + UInt8(micros / unit % 10))
      unit /= 10
    }
    text.append(UInt8(ascii: "Z"))
    return text
  }
}
