package import Schema

extension World {
  /// The role that the sender has now; nil for the server itself, which sends no requests.
  package borrowing func role(of requester: Requester) -> Role? {
    switch requester.role {
    case .player: players.role(of: requester.player)
    case .operator: .operator
    case .server: nil
    }
  }

  /// Whether the sender's role, as it is now, is among those allowed.
  ///
  /// What everyone may ask for takes no look-up.
  package borrowing func permits(_ allowed: RoleSet, _ requester: Requester) -> Bool {
    if allowed == .everyone { return true }
    guard let role = role(of: requester) else { return false }
    return allowed.contains(RoleSet(role)) && !RoleSet(role).isEmpty
  }

  /// Makes sure that the sender's role, as it is now, is among those allowed; `field` is what the
  /// request names that not everyone may have.
  ///
  /// - Throws: `not_allowed`.
  package borrowing func require(
    _ allowed: RoleSet, of requester: Requester, field: String
  ) throws(Rejection) {
    guard !permits(allowed, requester) else { return }
    throw Rejection(
      CommonRejection.notAllowed,
      "Only the role \(allowed.names) may do this; yours is \(role(of: requester)?.name ?? "none").",
      fields: field)
  }
}
