import EventLog
import Foundation
import GRDB
import Testing

@testable import finalverse

/// An export that is a database, read without the code that wrote it.
struct ExportedDatabase {
  private let queue: DatabaseQueue
  private static let eventTables = ExportSchema(isWithoutTexts: false).names.values

  /// Opens it.
  init(_ file: String) throws {
    var configuration = Configuration()
    configuration.readonly = true
    queue = try DatabaseQueue(path: file, configuration: configuration)
  }

  /// The one number that a question is answered with.
  func number(_ sql: String) throws -> Int64 {
    try #require(try queue.read { try Int64.fetchOne($0, sql: sql) })
  }

  /// The texts that a question is answered with.
  func names(_ sql: String) throws -> [String] {
    try queue.read { try String.fetchAll($0, sql: sql) }
  }

  /// How SQLite would find what a question asks for.
  func plan(_ sql: String) throws -> String {
    try queue.read { database in
      try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + sql)
        .map { row in row["detail"] as String }.joined(separator: "\n")
    }
  }

  /// The rows of a table that belong to an entry or to one of its events: each value as text.
  func rows(_ table: String, at position: Position, event: Int?) throws -> [[String: String]] {
    let condition = event.map { " AND event = \($0)" } ?? ""
    let sql = "SELECT * FROM \"\(table)\" WHERE position = \(position)\(condition) ORDER BY rowid"
    return try rows(sql)
  }

  /// The rows that a question is answered with: each value as text, without those that there are not.
  func rows(_ sql: String) throws -> [[String: String]] {
    try queue.read { database in
      try Row.fetchAll(database, sql: sql).map { row in
        var texts: [String: String] = [:]
        for (column, value) in row {
          switch value.storage {
          case .null: break
          case .int64(let number): texts[column] = String(number)
          case .double(let number): texts[column] = "\(number)"
          case .string(let text): texts[column] = text
          case .blob(let data): texts[column] = data.map { String($0, radix: 16) }.joined()
          }
        }
        return texts
      }
    }
  }

  /// Checks that an event is in its table with all its fields, and what is repeated in it in theirs.
  func check(_ event: EventText, at position: Position, event number: Int) throws {
    let table = try #require(
      Self.eventTables.first { EventText.eventName(ofField: $0) == event.name })
    let found = try rows(table, at: position, event: number)
    try #require(found.count == 1, "\(table) at \(position)")
    try check(event.fields, prefix: "", row: found[0], table: table, at: position, event: number)
  }

  private func check(
    _ fields: [FieldValue.Field], prefix: String, row: [String: String], table: String,
    at position: Position, event number: Int
  ) throws {
    for field in fields {
      let name = prefix + field.name
      switch field.value {
      case .number(let text), .text(let text):
        #expect(row[name] == text, "\(table).\(name) at \(position)")
      case .flag(let flag): #expect(row[name] == (flag ? "1" : "0"))
      case .null: Issue.record("\(name) is null")
      case .message(let inner):
        try check(
          inner, prefix: name + "_", row: row, table: table, at: position, event: number)
      case .list(let elements):
        let child = table + "__" + name
        let found = try rows(child, at: position, event: number)
        try #require(found.count == elements.count, "\(child) at \(position)")
        for (index, element) in elements.enumerated() {
          #expect(found[index]["ordinal"] == String(index + 1))
          let inner: [FieldValue.Field] =
            if case .message(let fields) = element { fields } else {
              [FieldValue.Field(name: "value", value: element)]
            }
          try check(
            inner, prefix: "", row: found[index], table: child, at: position, event: number)
        }
      }
    }
  }
}

extension Export {
  /// An export of all that a log holds, unless something else is asked for.
  static func of(
    _ log: any LogReader, _ request: ReplayRequest = ReplayRequest(),
    as format: ExportFormat = .sqlite, isWithoutTexts: Bool = false
  ) -> Export {
    Export(
      source: .log(log, images: nil), request: request, format: format, isWithProjections: true,
      isWithoutTexts: isWithoutTexts)
  }
}
