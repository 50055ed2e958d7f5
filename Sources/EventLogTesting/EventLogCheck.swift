/// One thing that every implementation of `EventLog` must do.
///
/// A test target runs all of them on each implementation:
///
///     @Test(arguments: EventLogCheck.all)
///     func `the log conforms`(check: EventLogCheck) async throws {
///       try await check.run(on: Fixture())
///     }
public struct EventLogCheck: Sendable, CustomStringConvertible {
  /// What the log must do, as a sentence.
  public let description: String

  private let body: @Sendable (any EventLogFixture) async throws -> Void

  init(
    _ description: String, _ body: @escaping @Sendable (any EventLogFixture) async throws -> Void
  ) {
    self.description = description
    self.body = body
  }

  /// Tries it on a log without entries, of which no writer's term was taken yet.
  ///
  /// - Throws: ``ConformanceFailure`` when the log does otherwise, and what the log throws.
  public func run(on fixture: any EventLogFixture) async throws {
    try await body(fixture)
  }

  /// All checks.
  public static let all: [EventLogCheck] =
    appending + refusing + fencing + reading + verifying + lasting
}
