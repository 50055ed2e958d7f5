import EventLog

/// Why a request about chat is refused.
package enum ChatRejection: String, RejectionCode {
  /// The text has nothing to be seen in it.
  case textEmpty = "text_empty"
  /// The text has more characters or bytes than may be sent at once.
  case textTooLong = "text_too_long"
  /// The text contains control characters.
  case textInvalid = "text_invalid"
  /// The sender is muted.
  case muted
  /// The sender speaks faster than the rules allow.
  case speakingTooFast = "speaking_too_fast"
  /// The receiver takes no message from the sender.
  case notTaken = "not_taken"
  /// The sender blocks the receiver.
  case blockedByYou = "blocked_by_you"
  /// The player named is the sender.
  case yourself
  /// The sender blocks as many players as can be blocked.
  case tooManyBlocked = "too_many_blocked"
  /// There is no such message, or it is none of the sender's business, or not among the latest.
  case noSuchMessage = "no_such_message"
  /// The mute's end is not later than now.
  case endsInPast = "ends_in_past"
  /// The player is not muted.
  case notMuted = "not_muted"
}

extension Rejection {
  static func muted(until microseconds: Int64) -> Self {
    let end = microseconds == 0 ? "for good" : "until \(Timestamp(microseconds: microseconds))"
    return Self(ChatRejection.muted, "You are muted \(end).")
  }

  /// - Parameter wait: In microseconds.
  static func speakingTooFast(wait: Int64) -> Self {
    let tenths = (wait + 99_999) / 100_000
    return Self(
      ChatRejection.speakingTooFast,
      "You speak too fast. Wait \(tenths / 10).\(tenths % 10) seconds.")
  }

  static func noSuchMessage(_ message: UInt64, field: String) -> Self {
    Self(
      ChatRejection.noSuchMessage,
      "There is no message \(message) that you could take back; only the latest ones can be.",
      fields: field)
  }
}
