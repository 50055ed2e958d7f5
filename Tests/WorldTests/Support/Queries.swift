import Schema
import SwiftProtobuf

@testable import World

extension Query {
  static func profile(of player: PlayerID) -> Self {
    .with { $0.players.profile.player = player.rawValue }
  }

  static func place(of player: PlayerID) -> Self {
    .with { $0.movement.place.player = player.rawValue }
  }

  static func who(in region: UInt32) -> Self {
    .with { $0.presence.who.region = region }
  }

  static func sessions(of player: PlayerID) -> Self {
    .with { $0.presence.sessions.player = player.rawValue }
  }

  static func region(_ region: UInt32) -> Self {
    .with { $0.regions.region.region = region }
  }

  static func regionList(from: UInt32, limit: UInt32) -> Self {
    .with {
      $0.regions.list = .with {
        $0.from = from
        $0.limit = limit
      }
    }
  }

  static var world: Self {
    .with { $0.regions.world = WorldQuery() }
  }
}
