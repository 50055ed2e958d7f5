package import Schema

extension LeaderboardsEvent.OneOf_Event {
  /// Adds who may see the event: boards are for all to see.
  package func addAudience(to audiences: inout [Audience]) {
    switch self {
    case .boardDefined, .seasonEnded, .boardRetired: audiences.append(.everyone)
    }
  }
}
