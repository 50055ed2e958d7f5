import EventLog
import Foundation
import Projection
import Testing
import World

@testable import finalverse

@Suite struct DifferenceTests {
  private func difference(
    from start: UInt64, to end: UInt64, player: UInt64? = nil, rowsMax: Int = .max
  ) throws -> Difference {
    var fold = FreshFold(try RecordedLog.first())
    try fold.advance(to: Position(start))
    var copies = RowCopies(of: .all)
    fold.visitProjections(&copies)
    try fold.advance(to: Position(end))
    var difference = Difference(
      from: copies, wanted: player.map { EntryFilter.Wanted(.player, $0) }, rowsMax: rowsMax)
    fold.visitProjections(&difference)
    return difference
  }

  private func rowCount(at position: UInt64) throws -> Int {
    var fold = FreshFold(try RecordedLog.first())
    try fold.advance(to: Position(position))
    return Int(try fold.states(of: .all).values.reduce(0) { $0 + $1.rowCount })
  }

  @Test func `from nothing, every row is added`() throws {
    let difference = try difference(from: 0, to: 200)
    let counts = difference.tables.map(\.counts)
    #expect(counts.allSatisfy { $0[.removed] == nil && $0[.changed] == nil })
    #expect(try counts.reduce(0) { $0 + ($1[.added] ?? 0) } == rowCount(at: 200))
    #expect(difference.tables.allSatisfy { $0.rows.count == $0.count })
  }

  @Test func `rows that come and go balance`() throws {
    let difference = try difference(from: 120, to: 260, rowsMax: 2)
    let counts = difference.tables.map(\.counts)
    let added = counts.reduce(0) { $0 + ($1[.added] ?? 0) }
    let removed = counts.reduce(0) { $0 + ($1[.removed] ?? 0) }
    #expect(try rowCount(at: 120) + added - removed == rowCount(at: 260))
    #expect(counts.contains { $0[.changed] ?? 0 > 0 })
    #expect(difference.tables.allSatisfy { $0.rows.count <= 2 })
    #expect(difference.text.contains(" more"))
    #expect(difference.text.contains(" → "))
  }

  @Test func `between a position and itself nothing changed`() throws {
    let difference = try difference(from: 150, to: 150)
    #expect(difference.tables.isEmpty)
    #expect(difference.text == "Nothing changed.")
    #expect(difference.json == [#"{"tables":[]}"#])
  }

  @Test func `a player's rows are those that name it`() throws {
    let all = try difference(from: 100, to: 300)
    let some = try difference(from: 100, to: 300, player: 1_002)
    let wanted = EntryFilter.Wanted(.player, 1_002)
    let expected = all.tables.flatMap(\.rows).filter { $0.mentions(wanted) }
    let found = some.tables.flatMap(\.rows)
    #expect(!found.isEmpty)
    #expect(found.map(\.place.key) == expected.map(\.place.key))
    #expect(some.tables.reduce(0) { $0 + $1.count } == found.count)
  }

  @Test func `each line of JSON is an object`() throws {
    let lines = try difference(from: 100, to: 300).json
    for line in lines {
      let json = try JSONSerialization.jsonObject(with: Data(line.utf8))
      let object = try #require(json as? [String: Any])
      guard let way = object["change"] as? String else { continue }
      #expect((object["before"] is NSNull) == (way == "added"))
      #expect((object["after"] is NSNull) == (way == "removed"))
      #expect((object["fields"] as? [String])?.isEmpty == false)
    }
  }

  @Test func `fields are compared one by one, and lists by their elements`() throws {
    func fields(_ json: String) -> [FieldValue.Field] {
      guard case .message(let fields)? = FieldValue(json: Array(json.utf8)) else { return [] }
      return fields
    }
    let before = fields(#"{"a":1,"b":{"x":1,"y":2},"list":[1,2,3],"gone":"z","old":[7]}"#)
    let after = fields(#"{"a":1,"b":{"x":5,"y":2},"list":[1,3,4],"new":true}"#)
    #expect(
      FieldChange.changes(from: before, to: after) == [
        FieldChange(path: "b.x", before: .number("1"), after: .number("5"), isList: false),
        FieldChange(
          path: "list", before: .list([.number("2")]), after: .list([.number("4")]),
          isList: true),
        FieldChange(path: "gone", before: .text("z"), after: nil, isList: false),
        FieldChange(path: "old", before: .list([.number("7")]), after: .list([]), isList: true),
        FieldChange(path: "new", before: nil, after: .flag(true), isList: false),
      ])
  }
}
