/// The identity directory cannot be used.
package struct AccountFault: Error, CustomStringConvertible {
  /// What kind of fault.
  package enum Code: Sendable {
    /// There is no store, or no such account in it.
    case missing
    /// What is stored is not what was written, or of another world or a newer program.
    case damaged
    /// It cannot be read or written: no permission, no room, or somebody holds it.
    case inputOutput
  }

  /// What kind of fault.
  package let code: Code
  /// What failed, where, and what to do.
  package let message: String

  /// Describes a fault.
  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  package var description: String { message }
}
