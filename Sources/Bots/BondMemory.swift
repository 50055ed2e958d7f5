import Schema

/// How close a player is to echoes, as far as its bot was told.
struct BondMemory: Sendable {
  /// A bond that is nearly as close as can be, and may grow by less than can be told.
  private static let nearlyFull: Int64 = 990_000

  /// The last bond told, by echo; it only fades from there.
  private var bonds: [UInt64: Int64] = [:]

  /// Knows of no bond.
  init() {}

  /// Knows the bonds of a state.
  init(_ rows: [BondRow]) {
    for row in rows { bonds[row.echo] = row.bond }
  }

  /// Takes in an event.
  ///
  /// - Returns: What cannot be after what was told before; nil if nothing is.
  mutating func fold(_ event: Event, of player: UInt64) -> String? {
    guard case .echoAttended(let attended) = event.echoes.event, attended.player == player else {
      return nil
    }
    let last = bonds.updateValue(attended.bond, forKey: attended.echo)
    if attended.bond <= attended.former, attended.former < Self.nearlyFull {
      return "attending to echo \(attended.echo) brought \(attended.former) to \(attended.bond)"
    }
    if let last, attended.former > last {
      return "the bond with echo \(attended.echo) was \(last) and became \(attended.former) alone"
    }
    return nil
  }
}
