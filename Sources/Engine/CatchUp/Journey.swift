package import EventLog
package import Schema
import SwiftProtobuf
package import World

/// Which regions a player was in, in a stretch of the log, by what happened to it there.
///
/// The surroundings that it watched are those of the region it was in at the time.
package struct Journey: Sendable {
  /// How much is known.
  package enum Stage: Equatable, Sendable {
    /// Where it was at first is not known yet: it is looked for from this position on.
    case sought(from: Position)
    /// Where it is at the entry that was read last; nil when nowhere.
    case at(RegionID?)
  }

  /// The kinds of events by which a player is elsewhere afterwards.
  package static let kinds = Set(
    [
      MovementEvent.OneOf_Event.borderCrossed(.init()), .playerPlaced(.init()),
      .playerRemoved(.init()),
    ].compactMap { kind in Event.with { $0.movement.event = kind }.kind })

  private let player: PlayerID
  /// Where the journey ends, and in which region.
  private let end: (position: Position, region: RegionID)
  /// How much is known now.
  package private(set) var stage: Stage
  /// Whether the player came into another region.
  package private(set) var hasMoved = false

  /// The way of a player from after one position to a region at another.
  package init(of player: PlayerID, after first: Position, to region: RegionID, at last: Position) {
    self.player = player
    end = (last, region)
    stage = .sought(from: first.next)
  }

  /// Looks whether the player went elsewhere; then where it was until then is known.
  ///
  /// - Returns: Whether it is.
  package mutating func seekDeparture(in events: [Event]) -> Bool {
    for event in events {
      guard let step = event.step(of: player) else { continue }
      stage = .at(step.from)
      return true
    }
    return false
  }

  /// The player went nowhere up to a position.
  package mutating func noteNone(through position: Position) {
    stage = position >= end.position ? .at(end.region) : .sought(from: position.next)
  }

  /// Goes with the player.
  ///
  /// - Returns: Whether it is elsewhere after these events.
  package mutating func follow(_ events: [Event]) -> Bool {
    var hasStepped = false
    for event in events {
      guard let step = event.step(of: player) else { continue }
      stage = .at(step.to)
      hasMoved = true
      hasStepped = true
    }
    return hasStepped
  }
}

extension Event {
  /// The regions that a player left and came into, nil standing for nowhere; nil when it did not.
  fileprivate func step(of player: PlayerID) -> (from: RegionID?, to: RegionID?)? {
    guard case .movement(let movement) = system else { return nil }
    switch movement.event {
    case .borderCrossed(let crossed) where crossed.player == player.rawValue:
      return (RegionID(crossed.fromRegion), RegionID(crossed.toRegion))
    case .playerPlaced(let placed) where placed.player == player.rawValue:
      return (nil, RegionID(placed.region))
    case .playerRemoved(let removed) where removed.player == player.rawValue:
      return (RegionID(removed.region), nil)
    case .borderCrossed, .playerPlaced, .playerRemoved, .moveStarted, .moveStopped, nil:
      return nil
    }
  }
}
