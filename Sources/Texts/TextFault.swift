/// The texts cannot be kept, erased or read.
package struct TextFault: Error, CustomStringConvertible {
  /// What failed, where, and what to do.
  package let message: String
  /// What it came of.
  package let cause: (any Error)?

  init(_ message: String, _ cause: (any Error)?) {
    self.message = message
    self.cause = cause
  }

  /// The message, and the cause below it.
  package var description: String {
    cause.map { "\(message)\n  cause: \($0)" } ?? message
  }
}
