import Synchronization

/// The value that one thread gave last, for any thread to read.
final class Latest<Value: Sendable>: Sendable {
  private let contents: Mutex<Value>

  /// Begins with a value.
  init(_ value: Value) {
    contents = Mutex(value)
  }

  /// The value given last.
  var value: Value { contents.withLock { $0 } }

  /// Gives the next.
  @Sendable func set(_ value: Value) {
    contents.withLock { $0 = value }
  }
}
