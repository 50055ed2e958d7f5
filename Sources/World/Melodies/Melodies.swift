package import Projection
package import Schema
import SwiftProtobuf

/// What players have composed, and which performances lack performers.
///
/// **What it is.** A melody is a piece of one to four voices, written down once and never changed. When it is written down it is judged by
/// the rules of music (``Judge``). Performing it lets the region hear a song as good as the melody is. One of several voices can be performed
/// by as many players together: somebody proposes it and takes a part, others take theirs, and with the last the performance is given, in
/// one entry.
///
/// **What it is not.** It keeps no history of performances: those are in the log alone. It does not know what a song does to a
/// region: Harmony does.
///
/// **Its rules.**
/// - A melody of its composer's stays when the composer leaves the world for good: songs outlive those who wrote them.
/// - Anyone may ask for a melody, perform it, and combine it with others.
/// - A performance has all it needs of its melody, so that throwing the melody away leaves it open.
/// - It is given only while all who take part are connected and where it is to be.
package struct Melodies: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "melodies"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 1

  /// How many notes a motif has at most.
  package static let motifNotesMax = 16
  /// How many open performances one answer lists at most.
  package static let performancesListed = 100

  var rulesRows = Table<SingleKey, MelodyRulesRow>("rules")
  var melodies = Table<MelodyID, MelodyRow>("melodies")
  var performances = Table<PerformanceID, PerformanceRow>("performances")

  /// The rules; those of the built-in world where none were set.
  ///
  /// Derived from their row.
  package private(set) var rules = MelodyRules.standard
  /// The melodies of each composer; derived.
  var melodiesOfPlayer = SortedGroups<PlayerID, MelodyID>()
  /// The open performances in which each player takes part; derived.
  var performancesOfPlayer = SortedGroups<PlayerID, PerformanceID>()
  /// The open performances of each region; derived.
  var performancesOfRegion = SortedGroups<RegionID, PerformanceID>()

  /// Nothing is composed yet.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&rulesRows)
    try visitor.visit(&melodies)
    try visitor.visit(&performances)
  }

  /// Makes anew what is derived from the rows.
  package mutating func rebuildIndexes() {
    rules = rulesRows[.only]?.rules ?? .standard
    var composed = SortedGroups<PlayerID, MelodyID>()
    melodies.forEachInOrder { melody, row in composed.insert(melody, into: PlayerID(row.player)) }
    melodiesOfPlayer = composed
    var ofPlayer = SortedGroups<PlayerID, PerformanceID>()
    var ofRegion = SortedGroups<RegionID, PerformanceID>()
    performances.forEachInOrder { performance, row in
      ofRegion.insert(performance, into: RegionID(row.region))
      for player in row.takingPart { ofPlayer.insert(performance, into: player) }
    }
    performancesOfPlayer = ofPlayer
    performancesOfRegion = ofRegion
  }

  /// Sets the rules.
  mutating func set(_ rules: MelodyRules) {
    rulesRows.set(.only, to: .with { $0.rules = rules })
    self.rules = rules
  }
}

extension Melodies {
  /// Whether rules were set.
  package borrowing func hasRules() -> Bool { rulesRows.contains(.only) }

  /// A melody; nil when there is none of that number.
  package borrowing func melody(_ melody: MelodyID) -> MelodyRow? { melodies[melody] }

  /// How many melodies a player keeps.
  package borrowing func count(of player: PlayerID) -> Int { melodiesOfPlayer.count(of: player) }

  /// What a player has composed, by number.
  package borrowing func rows(of player: PlayerID) -> [MelodyRow] {
    melodiesOfPlayer.members(of: player).compactMap { melodies[$0] }
  }

  /// An open performance; nil when there is none of that number.
  package borrowing func performance(_ performance: PerformanceID) -> PerformanceRow? {
    performances[performance]
  }

  /// The open performances in which a player takes part, by number.
  package borrowing func performances(of player: PlayerID) -> [PerformanceRow] {
    performancesOfPlayer.members(of: player).compactMap { performances[$0] }
  }

  /// The open performances of a region, by number.
  package borrowing func performances(in region: RegionID) -> [PerformanceRow] {
    performancesOfRegion.members(of: region).compactMap { performances[$0] }
  }
}

extension PerformanceRow {
  /// Who takes part.
  package var takingPart: [PlayerID] {
    performers.filter { $0 != 0 }.map { PlayerID($0) }
  }

  /// The part that a player takes; nil if it takes none.
  func part(of player: PlayerID) -> Int? {
    performers.firstIndex(of: player.rawValue)
  }
}

extension Piece {
  /// How many notes it has, in all of its voices.
  package var noteCount: Int { voices.reduce(0) { $0 + $1.notes.count } }

  /// Whether it is a motif: one voice of few notes.
  package var isMotif: Bool { voices.count == 1 && noteCount <= Melodies.motifNotesMax }
}

extension MelodyRow {
  /// What the melody is worth, worked out anew.
  ///
  /// - Precondition: It can be played (``Schema/Piece/fault(notesMax:)``).
  package var judgement: Judgement { Judge.judge(piece) }

  /// The melody without its notes.
  package var summary: MelodySummary {
    .with {
      $0.melody = melody
      $0.title = piece.title
      $0.voices = UInt32(clamping: piece.voices.count)
      $0.notes = UInt32(clamping: piece.noteCount)
      $0.quality = quality
      $0.mood = mood
      $0.isMotif = piece.isMotif
    }
  }
}
