import EventLog
import Schema
import SwiftProtobuf
import World

/// What is to be seen of a world: the rows that a ``View`` asks for, as text and as JSON.
struct Sight: Sendable {
  /// For people: a title, and lines below it.
  struct Section: Equatable, Sendable {
    /// What it is about.
    let title: String
    /// The rest.
    var lines: [String]
  }

  /// For people.
  var sections: [Section] = []
  /// For programs: each row by the name of what it is.
  var members: [(String, JSONText)] = []

  /// Looks at a world.
  ///
  /// - Parameters:
  ///   - view: What is wanted.
  ///   - world: Has the projections that `view` names.
  ///   - position: As of which entry.
  ///   - time: When; a player who walks is where the way has led by then.
  /// - Throws: A ``Failure`` when there is no such player, region or board.
  init(
    _ view: View, of world: borrowing World, at position: Position, _ time: Timestamp
  ) throws {
    let name = view.name ?? ""
    switch view.subject {
    case .presence:
      let region = try view.name.map { try world.region(called: $0, at: position) }
      try addPresent(in: region, of: world)
    case .region: try addRegion(try world.region(called: name, at: position), of: world)
    case .leaderboard: try addBoard(try world.board(called: name, at: position), of: world)
    case .clock: try addClock(of: world, at: time)
    case .harmony:
      let region = try view.name.map { try world.region(called: $0, at: position) }
      try addHarmony(in: region, of: world)
    case .weather:
      let region = try view.name.map { try world.region(called: $0, at: position) }
      try addWeather(in: region, of: world)
    case .forecast: try addForecast(in: try world.region(called: name, at: position), of: world)
    case .ecosystem:
      let region = try view.name.map { try world.region(called: $0, at: position) }
      try addEcosystem(in: region, of: world, at: time)
    case .species:
      try addSpecies(try world.species(called: name, at: position), of: world, at: time)
    case .melody: try addMelody(try world.melody(called: name, at: position), of: world)
    case .melodies: try addMelodies(of: try world.player(called: name, at: position), in: world)
    case .echoes:
      let region = try view.name.map { try world.region(called: $0, at: position) }
      try addEchoes(in: region, of: world, at: time)
    case .echo: try addEcho(try world.echo(called: name, at: position), of: world, at: time)
    case .inventory, .profile, .movement, .trades, .progress, .bonds, .player:
      let player = try world.player(called: name, at: position)
      members.append(("player", .large(player.rawValue)))
      let isAll = view.subject == .player
      if isAll || view.subject == .profile { try addProfile(player, of: world) }
      if isAll { try addConnection(player, of: world) }
      if isAll || view.subject == .movement { try addMovement(player, of: world, at: time) }
      if isAll || view.subject == .progress { try addProgress(player, of: world) }
      if view.subject == .bonds { try addBonds(player, of: world, at: time) }
      if isAll || view.subject == .inventory { try addInventory(player, of: world) }
      if isAll || view.subject == .trades { try addTrades(player, of: world) }
    }
  }

  /// The sections, one below the other.
  var text: String {
    sections.map { ([$0.title] + $0.lines.map { "  " + $0 }).joined(separator: "\n") }
      .joined(separator: "\n\n")
  }

  /// Adds rows to the JSON, each as protobuf has it.
  mutating func add(_ name: String, _ rows: [some Message]) throws {
    members.append((name, .array(try rows.map { .raw(try $0.jsonString()) })))
  }

  /// Adds a row to the JSON as protobuf has it, or null for none.
  mutating func add(_ name: String, _ row: (some Message)?) throws {
    members.append((name, try row.map { .raw(try $0.jsonString()) } ?? .null))
  }

  /// Adds a section of text.
  mutating func add(_ title: String, _ lines: [String]) {
    sections.append(Section(title: title, lines: lines))
  }
}
