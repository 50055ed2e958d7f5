import EventLog
import Projection
import Schema
import SwiftProtobuf
import World

/// The tables of an export, and how stored messages become their rows.
///
/// All of it follows from the schema: a system that is added to it is exported without a line here.
struct ExportSchema: Sendable {
  /// All tables, in the order in which an export lists them.
  let tables: [ExportTable]
  /// The plan of each kind of event, by the number that the log stores.
  let plans: [UInt16: TablePlan]
  /// The plans of the projections' tables, by projection and table.
  let rowPlans: [String: TablePlan]
  /// The tables' names of each kind of event, by the number that the log stores.
  let names: [UInt16: String]

  /// The table of what is known of the export itself.
  static let meta = 0
  /// The table of all tables' columns.
  static let columns = 1
  /// The table of entries.
  static let entries = 2

  /// Derives the tables from the schema.
  ///
  /// - Parameter isWithoutTexts: Whether texts are left out.
  init(isWithoutTexts: Bool) {
    var maker = PlanMaker(after: Self.fixedTables, isWithoutTexts: isWithoutTexts)
    var plans: [UInt16: TablePlan] = [:]
    var names: [UInt16: String] = [:]
    for system in MessageShape(of: Event.self).fields {
      guard case .message(let events) = system.content else { continue }
      for event in events.fields {
        guard let shape = event.content.message, let systemNumber = UInt8(exactly: system.number),
          let eventNumber = UInt8(exactly: event.number)
        else { continue }
        let kind = EventKind(system: systemNumber, event: eventNumber)
        plans[kind.rawValue] = maker.add(event.name, .event, lead: Self.eventLead, shape)
        names[kind.rawValue] = event.name
      }
    }
    var world = World()
    var planner = ProjectionPlanner(maker: maker)
    world.visitProjections(&planner)
    tables = planner.maker.tables
    rowPlans = planner.plans
    self.plans = plans
    self.names = names
  }

  private static let fixedTables: [ExportTable] = [
    ExportTable(
      "meta", .log, [.init(name: "name", content: .text), .init(name: "value", content: .text)]),
    ExportTable(
      "columns", .log,
      [
        .init(name: "table_name", content: .text), .init(name: "column_name", content: .text),
        .init(name: "content", content: .text), .init(name: "origin", content: .text),
      ]),
    ExportTable(
      "entries", .log,
      [
        .init(name: "position", content: .integer, isKey: true),
        .init(name: "time", content: .text),
        .init(name: "time_us", content: .integer, isIndexed: true),
        .init(name: "actor", content: .unsigned, isIndexed: true),
        .init(name: "command_id", content: .unsigned),
        .init(name: "epoch", content: .unsigned),
        .init(name: "events", content: .integer),
        .init(name: "bytes", content: .integer),
        .init(name: "kinds", content: .text),
      ]),
  ]

  private static let eventLead: [ExportTable.Column] = [
    .init(name: "position", content: .integer, isKey: true),
    .init(name: "event", content: .integer, isKey: true),
    .init(name: "time_us", content: .integer, isIndexed: true),
    .init(name: "actor", content: .unsigned, isIndexed: true),
  ]

  /// The name of a projection's table in the export.
  static func name(ofTable table: String, in projection: String) -> String {
    projection + "_" + table
  }
}

extension MessageShape.Content {
  fileprivate var message: MessageShape? {
    if case .message(let shape) = self { shape } else { nil }
  }
}

/// Makes the plans of all projections' tables.
private struct ProjectionPlanner: ProjectionVisitor {
  var maker: PlanMaker
  var plans: [String: TablePlan] = [:]

  mutating func visit<P: Projection & ~Copyable>(_ projection: inout P, as member: ProjectionSet) {
    var planner = TablePlanner(projection: P.name, maker: maker, plans: plans)
    projection.visitTables(&planner)
    maker = planner.maker
    plans = planner.plans
  }
}

private struct TablePlanner: TableVisitor {
  let projection: String
  var maker: PlanMaker
  var plans: [String: TablePlan]

  mutating func visit<Key, Row>(_ table: inout Table<Key, Row>) {
    let name = ExportSchema.name(ofTable: table.name, in: projection)
    plans[name] = maker.add(
      name, .projection, lead: [.init(name: "row", content: .integer, isKey: true)],
      MessageShape(of: Row.self))
  }
}
