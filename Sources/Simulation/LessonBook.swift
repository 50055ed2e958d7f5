import EventLog
import Schema
import World

/// What echoes taught, counted from the events alone: nobody is taught anything twice, or uses what it was not taught, and nothing taught is
/// lost.
struct LessonBook {
  private var taught: [UInt64: [UInt32]] = [:]

  /// Follows an event.
  mutating func follow(_ event: EchoesEvent.OneOf_Event, at position: Position) throws(Breach) {
    switch event {
    case .abilityTaught(let event):
      guard !knows(event.player, event.ability) else {
        throw Breach(
          .invariant,
          "The entry at position \(position) teaches player \(event.player) ability \(event.ability) again."
        )
      }
      taught[event.player, default: []].append(event.ability)
    case .abilityUsed(let event):
      guard knows(event.player, event.ability) else {
        throw Breach(
          .invariant,
          "At position \(position) player \(event.player) uses ability \(event.ability), which nobody taught it."
        )
      }
    case .echoAttended(let event):
      guard event.bond >= event.former else {
        throw Breach(
          .invariant,
          "At position \(position) a bond shrinks from \(event.former) to \(event.bond).")
      }
    case .echoRulesSet, .echoPlaced, .echoRetired, .echoesEvolved: break
    }
  }

  /// Compares with what the world says of everybody who was taught something.
  func compare(with world: borrowing World) throws(Breach) {
    for (player, abilities) in taught {
      let known = world.echoes.learned(by: PlayerID(player))?.abilities.map(\.ability) ?? []
      guard known == abilities else {
        throw Breach(
          .invariant, "Player \(player) was taught \(abilities), and knows \(known) by the world.")
      }
    }
  }

  private func knows(_ player: UInt64, _ ability: UInt32) -> Bool {
    taught[player]?.contains(ability) ?? false
  }
}
