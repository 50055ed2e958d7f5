package import EventLog
import Projection
package import Schema

extension World {
  /// The world as the sender may know it: without its seed, unless the sender's role knows that.
  package borrowing func worldRow(for requester: Requester) -> WorldRow {
    var row = regions.world
    if !permits(Knowledge.seed.allowed, requester) { row.seed = 0 }
    return row
  }

  /// What concerns a player alone: the state of the topic `own`.
  package borrowing func ownState(of player: PlayerID, at now: Timestamp) -> OwnState {
    var state = OwnState()
    if let profile = players.profile(of: player), profile.createdUs != 0 { state.profile = profile }
    if let inventory = inventories.inventory(of: player) { state.inventory = inventory }
    state.trades = trades.rows(of: player)
    if let row = movement.row(of: player) { state.movement = row }
    if let row = presence.row(of: player) { state.presence = row }
    if let row = chats.blocks(of: player) { state.blocks = row }
    if let row = chats.mute(of: player, at: now.microseconds) { state.mute = row }
    if let row = progress.row(of: player) { state.progress = row }
    state.bonds = echoes.bonds(of: player)
    if let row = echoes.learned(by: player) { state.learned = row }
    return state
  }

  /// What all may see in a region: the state of the topic `region`.
  package borrowing func regionState(of region: RegionID) -> RegionState {
    var state = RegionState()
    state.region = regions.row(of: region) ?? RegionRow()
    state.players = presentPlayers(in: region)
    state.piles = inventories.pileRows(in: region)
    if let row = harmony.row(of: region) { state.harmony = row }
    if let row = weather.row(of: region) { state.weather = row }
    if let life = regionLife(in: region) { state.life = life }
    state.echoes = echoes.rows(in: region)
    return state
  }
}
