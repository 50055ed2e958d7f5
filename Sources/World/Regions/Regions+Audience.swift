package import Schema

extension RegionsEvent.OneOf_Event {
  /// Adds who may see the event.
  package func addAudience(to audiences: inout [Audience]) {
    switch self {
    // It tells the seed, by which everything random could be known beforehand.
    case .worldFounded: audiences.append(.operators)
    case .regionNamed: audiences.append(.everyone)
    }
  }
}
