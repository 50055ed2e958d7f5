import Projection
package import Schema

extension World {
  /// How many piles one region's state lists at most.
  private static var pilesListed: Int { 1_000 }

  /// The world as a sender in a role may know it: only operators know the seed, for whoever knows
  /// it can foretell every draw.
  package borrowing func worldRow(for role: Requester.Role) -> WorldRow {
    var row = regions.world
    if role != .operator { row.seed = 0 }
    return row
  }

  /// What concerns a player alone: the state of the topic `own`.
  package borrowing func ownState(of player: PlayerID) -> OwnState {
    var state = OwnState()
    if let profile = players.profile(of: player), profile.createdUs != 0 { state.profile = profile }
    if let inventory = inventories.inventories[player] { state.inventory = inventory }
    for trade in trades.tradesOfPlayer[player] ?? [] {
      if let row = trades.trades[trade] { state.trades.append(row) }
    }
    if let row = movement.row(of: player) { state.movement = row }
    if let row = presence.row(of: player) { state.presence = row }
    return state
  }

  /// What all may see in a region: the state of the topic `region`.
  package borrowing func regionState(of region: RegionID) -> RegionState {
    var state = RegionState()
    state.region = regions.row(of: region) ?? RegionRow()
    state.players = presentPlayers(in: region)
    for pile in (inventories.pilesOfRegion[region] ?? []).prefix(Self.pilesListed) {
      if let row = inventories.piles[pile] { state.piles.append(row) }
    }
    return state
  }
}
