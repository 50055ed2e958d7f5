import EventLog
package import Schema
import SwiftProtobuf

extension World {
  /// Decides a command of the Chat system.
  package borrowing func decide(
    _ command: ChatCommand, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    switch command.command {
    case .say(let say): try decide(say, context, &decision)
    case .sendMessage(let send): try decide(send, context, &decision)
    case .takeBackMessage(let back): try decide(back, context, &decision)
    case .blockPlayer(let block): try decide(block, context, &decision)
    case .unblockPlayer(let unblock): try decide(unblock, context, &decision)
    case .refuseMessages(let refuse): try decide(refuse, context, &decision)
    case .mutePlayer(let mute): try decide(mute, context, &decision)
    case .unmutePlayer(let unmute): try decide(unmute, context, &decision)
    case .removeMessage(let remove): try decide(remove, context, &decision)
    case nil: throw .unknownCommand
    }
  }

  private borrowing func decide(
    _ say: Say, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requireSpeaking(context)
    guard let region = movement.region(of: player) else { throw .noProfile }
    let text = try ChatText(say.text, field: "say.text")
    try requirePatience(of: player, context)
    decision.chat(
      .messageSaid(
        .with {
          $0.player = player.rawValue
          $0.region = region.number
          $0.characters = text.characters
        }))
    decision.text(text.text, of: player)
  }

  private borrowing func decide(
    _ send: SendMessage, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requireSpeaking(context)
    let receiver = try requirePresent(send.to, field: "send_message.to")
    try requireOther(receiver, than: player, field: "send_message.to")
    let text = try ChatText(send.text, field: "send_message.text")
    if let own = chats.blocks(of: player), own.contains(receiver) {
      throw Rejection(
        ChatRejection.blockedByYou, "You block player \(receiver), who could not answer.",
        fields: "send_message.to")
    }
    if let theirs = chats.blocks(of: receiver), theirs.refusesMessages || theirs.contains(player) {
      throw Rejection(
        ChatRejection.notTaken, "Player \(receiver) takes no message from you.",
        fields: "send_message.to")
    }
    try requirePatience(of: player, context)
    decision.chat(
      .messageSent(
        .with {
          $0.player = player.rawValue
          $0.to = receiver.rawValue
          $0.characters = text.characters
        }))
    decision.text(text.text, of: player)
  }

  private borrowing func decide(
    _ back: TakeBackMessage, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    guard let row = chats.message(MessageID(back.message)), row.player == player.rawValue else {
      throw .noSuchMessage(back.message, field: "take_back_message.message")
    }
    try decideRemoval(of: row, field: "take_back_message.message", context, &decision)
  }

  private borrowing func decide(
    _ remove: RemoveMessage, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    guard let row = chats.message(MessageID(remove.message)) else {
      throw .noSuchMessage(remove.message, field: "remove_message.message")
    }
    try decideRemoval(of: row, field: "remove_message.message", context, &decision)
  }

  private borrowing func decideRemoval(
    of row: MessageRow, field: String, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    guard !row.removed else { throw .noSuchMessage(row.message, field: field) }
    decision.chat(
      .messageRemoved(
        .with {
          $0.message = row.message
          $0.player = row.player
          $0.region = row.region
          $0.to = row.to
          $0.by = context.requester.actor.rawValue
        }))
    decision.erase(textsOf: Position(row.message))
  }

  // MARK: Blocks

  private borrowing func decide(
    _ block: BlockPlayer, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    let other = PlayerID(block.player)
    try requireActiveProfile(of: other, field: "block_player.player")
    try requireOther(other, than: player, field: "block_player.player")
    if let row = chats.blocks(of: player) {
      guard !row.contains(other) else { return }
      guard row.blocked.count < Chats.blockedMax else {
        throw Rejection(
          ChatRejection.tooManyBlocked,
          "You block \(Chats.blockedMax) players already; unblock one first.",
          fields: "block_player.player")
      }
    }
    decision.chat(
      .playerBlocked(
        .with {
          $0.player = player.rawValue
          $0.blockedPlayer = other.rawValue
        }))
  }

  private borrowing func decide(
    _ unblock: UnblockPlayer, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    let other = PlayerID(unblock.player)
    guard let row = chats.blocks(of: player), row.contains(other) else { return }
    decision.chat(
      .playerUnblocked(
        .with {
          $0.player = player.rawValue
          $0.blockedPlayer = other.rawValue
        }))
  }

  private borrowing func decide(
    _ refuse: RefuseMessages, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    let refused = refuse.refused
    guard (chats.blocks(of: player)?.refusesMessages ?? false) != refused else { return }
    decision.chat(
      .messagesRefused(
        .with {
          $0.player = player.rawValue
          $0.refused = refused
        }))
  }

  // MARK: Mutes

  private borrowing func decide(
    _ mute: MutePlayer, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = PlayerID(mute.player)
    try requireActiveProfile(of: player, field: "mute_player.player")
    guard mute.untilUs == 0 || mute.untilUs > context.now.microseconds else {
      throw Rejection(
        ChatRejection.endsInPast, "The mute would end before now, which is \(context.now).",
        fields: "mute_player.until_us")
    }
    try Rejection.checkReason(mute.reason, field: "mute_player.reason")
    decision.chat(
      .playerMuted(
        .with {
          $0.player = player.rawValue
          $0.untilUs = mute.untilUs
          $0.by = context.requester.actor.rawValue
        }))
    decision.text(mute.reason, of: player)
  }

  private borrowing func decide(
    _ unmute: UnmutePlayer, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = PlayerID(unmute.player)
    guard chats.mute(of: player, at: context.now.microseconds) != nil else {
      throw Rejection(
        ChatRejection.notMuted, "Player \(player) is not muted.", fields: "unmute_player.player")
    }
    decision.chat(
      .playerUnmuted(
        .with {
          $0.player = player.rawValue
          $0.by = context.requester.actor.rawValue
        }))
  }

  // MARK: Requirements

  /// The sender as a player who may say something, if not too soon.
  private borrowing func requireSpeaking(
    _ context: DecisionContext
  ) throws(Rejection) -> PlayerID {
    let player = try requirePlaying(context)
    if let mute = chats.mute(of: player, at: context.now.microseconds) {
      throw .muted(until: mute.untilUs)
    }
    return player
  }

  private borrowing func requirePatience(
    of player: PlayerID, _ context: DecisionContext
  ) throws(Rejection) {
    let now = context.now.microseconds
    let time = chats.timeToSpeak(player, at: now)
    guard time <= now else { throw .speakingTooFast(wait: time - now) }
  }

  private borrowing func requireOther(
    _ other: PlayerID, than player: PlayerID, field: String
  ) throws(Rejection) {
    guard other != player else {
      throw Rejection(ChatRejection.yourself, "That is you.", fields: field)
    }
  }
}
