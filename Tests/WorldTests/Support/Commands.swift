import Schema
import SwiftProtobuf

@testable import World

extension Command {
  static func createProfile(_ name: String, look: String = "", home: UInt32 = 1) -> Self {
    .with {
      $0.players.createProfile = .with {
        $0.name = name
        $0.look = look
        $0.homeRegion = home
      }
    }
  }

  static func changeProfile(_ body: (inout ChangeProfile) -> Void) -> Self {
    .with { $0.players.changeProfile = .with(body) }
  }

  static var retireProfile: Self {
    .with { $0.players.retireProfile = RetireProfile() }
  }

  static func changeRole(
    of player: PlayerID, to role: Role?, reason: String = "a test"
  ) -> Self {
    .with {
      $0.players.changeRole = .with {
        $0.player = player.rawValue
        if let role { $0.role = role }
        $0.reason = reason
      }
    }
  }

  static func startMove(to place: Point?, speed: Int64 = 0) -> Self {
    .with {
      $0.movement.startMove = .with {
        if let place { $0.to = place }
        $0.speedMmS = speed
      }
    }
  }

  static var stopMove: Self {
    .with { $0.movement.stopMove = StopMove() }
  }
}
