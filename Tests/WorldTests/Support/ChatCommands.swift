import Schema
import SwiftProtobuf

@testable import World

extension Command {
  static func say(_ text: String) -> Self {
    .with { $0.chat.say.text = text }
  }

  static func send(_ text: String, to player: PlayerID) -> Self {
    .with {
      $0.chat.sendMessage = .with {
        $0.to = player.rawValue
        $0.text = text
      }
    }
  }

  static func takeBack(_ message: UInt64) -> Self {
    .with { $0.chat.takeBackMessage.message = message }
  }

  static func remove(_ message: UInt64) -> Self {
    .with { $0.chat.removeMessage.message = message }
  }

  static func block(_ player: PlayerID) -> Self {
    .with { $0.chat.blockPlayer.player = player.rawValue }
  }

  static func unblock(_ player: PlayerID) -> Self {
    .with { $0.chat.unblockPlayer.player = player.rawValue }
  }

  static func refuseMessages(_ refused: Bool) -> Self {
    .with { $0.chat.refuseMessages.refused = refused }
  }

  static func mute(_ player: PlayerID, until: Int64, reason: String = "shouting") -> Self {
    .with {
      $0.chat.mutePlayer = .with {
        $0.player = player.rawValue
        $0.untilUs = until
        $0.reason = reason
      }
    }
  }

  static func unmute(_ player: PlayerID) -> Self {
    .with { $0.chat.unmutePlayer.player = player.rawValue }
  }
}

extension Query {
  static func recentMessages(in region: UInt32 = 0) -> Self {
    .with { $0.chat.recent.region = region }
  }

  static var directMessages: Self {
    .with { $0.chat.direct = DirectMessagesQuery() }
  }

  static var blocks: Self {
    .with { $0.chat.blocks = BlocksQuery() }
  }

  static var mutes: Self {
    .with { $0.chat.mutes = MutesQuery() }
  }
}
