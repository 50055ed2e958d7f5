package import Schema

extension ProgressEvent.OneOf_Event {
  /// Adds who may see the event: the player whose progress it is; the rules are everyone's.
  package func addAudience(to audiences: inout [Audience]) {
    switch self {
    case .progressRulesSet: audiences.append(.everyone)
    case .deedDone(let done): audiences.append(.player(PlayerID(done.player)))
    case .resonanceAdjusted(let adjusted): audiences.append(.player(PlayerID(adjusted.player)))
    case .progressRetired(let retired): audiences.append(.player(PlayerID(retired.player)))
    case .progressRestored(let restored): audiences.append(.player(PlayerID(restored.player)))
    }
  }
}
