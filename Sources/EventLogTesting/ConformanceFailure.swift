/// How a log differs from what every log must do.
public struct ConformanceFailure: Error, CustomStringConvertible {
  /// A sentence with what was expected and what was found.
  public let description: String

  /// Describes a difference.
  public init(_ description: String) {
    self.description = description
  }
}

/// Fails unless `found` is `expected`.
func expect<Value: Equatable>(
  _ found: Value, is expected: Value, _ what: String
) throws(ConformanceFailure) {
  guard found == expected else {
    throw ConformanceFailure("\(what): expected \(expected), found \(found).")
  }
}
