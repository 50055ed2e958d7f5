import Schema
import World

/// A promise that did not hold.
package struct Breach: Error, Hashable, Sendable {
  /// What was promised; stable, for programs.
  package enum Promise: String, CaseIterable, Sendable {
    /// What was acknowledged is in the log, for ever.
    case durable
    /// A command takes effect at most once, and a retry is told the first outcome.
    case once
    /// A subscriber sees what it may see, all of it, once, in order.
    case view
    /// Coins and items are neither made nor lost but by the events that say so.
    case conservation
    /// Live state, recovered state, state from images and replayed state are the same.
    case history
    /// The rules of the world hold.
    case invariant
    /// The engine goes on as long as nothing is wrong around it.
    case running
  }

  /// Which promise.
  package let promise: Promise
  /// What was found, in words.
  package let description: String

  init(_ promise: Promise, _ description: String) {
    self.promise = promise
    self.description = description
  }
}
