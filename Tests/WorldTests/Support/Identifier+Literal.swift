@testable import World

/// Lets tests write numbers where the product insists on identifiers.
extension Identifier: ExpressibleByIntegerLiteral {
  /// The number as an identifier.
  public init(integerLiteral value: UInt64) {
    self.init(value)
  }
}
