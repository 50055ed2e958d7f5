package import Schema

extension WorldClockEvent.OneOf_Event {
  /// Adds who may see the event: the time is everyone's.
  package func addAudience(to audiences: inout [Audience]) {
    switch self {
    case .clockStarted, .clockChanged: audiences.append(.everyone)
    }
  }
}
