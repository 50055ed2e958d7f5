import Projection
import Schema

/// The running season of a board, and the one before it.
struct Contest: Sendable {
  /// The board's number.
  let board: UInt32
  /// What it ranks by.
  let kind: ScoreKind
  /// The season that scores count in.
  private(set) var season: UInt32
  /// When that season ends, in microseconds since 1970.
  private(set) var endsUs: Int64
  /// Whether the season before is over and its end is not entered yet.
  private(set) var isFrozen: Bool
  /// Who scored in the season.
  var current = RankedSet<Placing>()
  /// Who scored in the season before.
  var former = RankedSet<Placing>()

  /// A board's season, with nobody in it.
  init(_ row: borrowing BoardRow) {
    board = row.board
    kind = row.score
    season = row.season
    endsUs = row.endsUs
    isFrozen = row.frozenPosition != 0
  }

  /// Whether what happens at a time belongs to a season that has not begun.
  func isOver(at time: Int64) -> Bool {
    !isFrozen && time >= endsUs
  }

  /// Freezes the season, and begins the next.
  mutating func freeze() {
    isFrozen = true
    season &+= 1
    former = current
    current = RankedSet()
  }

  /// Takes note that the end of the season before is entered.
  mutating func conclude(nextEndUs: Int64) {
    isFrozen = false
    endsUs = nextEndUs
  }
}
