/// A command's or query's refusal: told to its sender, and nowhere in the log.
package struct Rejection: Error, Equatable, Sendable {
  /// A stable code in snake case, for programs.
  package let code: String
  /// A sentence, for people.
  package let message: String
  /// The request's fields at fault, as paths in snake case.
  package private(set) var fields: [String]

  /// A refusal with one of a system's codes.
  package init(_ code: some RejectionCode, _ message: String, fields: String...) {
    self.code = code.rawValue
    self.message = message
    self.fields = fields
  }

  /// The same refusal of another field: for what is asked of another system's function.
  func moved(to field: String) -> Self {
    var moved = self
    moved.fields = [field]
    return moved
  }
}

/// The codes of one system.
///
/// They are for ever: clients decide by them.
package protocol RejectionCode: RawRepresentable<String>, CaseIterable, Sendable {}

/// Codes that any system may answer with.
package enum CommonRejection: String, RejectionCode {
  /// The request names no command or query, or one this server does not know.
  case unknownRequest = "unknown_request"
  /// The sender's role does not allow it.
  case notAllowed = "not_allowed"
  /// The sender has no profile yet.
  case noProfile = "no_profile"
  /// The sender's profile is retired.
  case retired = "retired"
  /// The sender has no open session.
  case notConnected = "not_connected"
  /// There is no such player, or it has no profile.
  case noSuchPlayer = "no_such_player"
  /// The other player is not connected.
  case notPresent = "not_present"
  /// There is no such region.
  case noSuchRegion = "no_such_region"
  /// The reason told is empty or too long.
  case invalidReason = "invalid_reason"
}

extension Rejection {
  /// Makes sure that a reason is told, in 1 to 200 characters; `field` is the request's field that
  /// has it.
  ///
  /// - Throws: `invalid_reason`.
  static func checkReason(_ reason: String, field: String) throws(Rejection) {
    guard let fault = TextRule(characters: 1...200).fault(in: reason) else { return }
    throw Rejection(CommonRejection.invalidReason, "The reason \(fault).", fields: field)
  }

  /// The sender's profile is retired.
  static var retired: Self {
    Self(CommonRejection.retired, "Your profile is retired; it takes no part any more.")
  }

  /// The sender has no profile.
  static var noProfile: Self {
    Self(CommonRejection.noProfile, "You have no profile yet. Create one first.")
  }
}
