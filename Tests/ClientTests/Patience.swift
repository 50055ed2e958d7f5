import Client
import Testing

/// Waits until something is so, and fails the test when it takes longer than seconds.
func eventually(
  _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation,
  _ isSo: () async -> Bool
) async throws {
  let deadline = ContinuousClock.now + .seconds(8)
  while await !isSo() {
    try #require(ContinuousClock.now < deadline, what, sourceLocation: sourceLocation)
    try await Task.sleep(for: .milliseconds(2))
  }
}

extension ClientOptions {
  /// Options with which nothing takes long.
  static var quick: ClientOptions {
    var options = ClientOptions()
    options.reconnection = Reconnection(
      attemptsMax: 20, firstPause: .milliseconds(2), longestPause: .milliseconds(20))
    return options
  }

  static func quick(_ change: (inout ClientOptions) -> Void) -> ClientOptions {
    var options = quick
    change(&options)
    return options
  }
}
