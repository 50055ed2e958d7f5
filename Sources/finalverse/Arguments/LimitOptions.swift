import ArgumentParser
import Gateway
import NIOCore
import World

/// What a server puts up with from clients, as far as it can be set.
struct LimitOptions: ParsableArguments {
  private static let perSecondRange = 1...1_000_000_000
  private static let attemptsRange = 0...1_000_000

  @Option(
    help: ArgumentHelp(
      "Messages a second that a connection may send on average.", valueName: "N"))
  var messagesPerSecond = ConnectionLimits().messagesPerSecond

  @Option(
    help: ArgumentHelp(
      """
      Requests a second that a player may make on average, on whatever connections; by default as many as messages of a connection.
      """, valueName: "N"))
  var requestsPerSecond: Int?

  @Option(
    help: ArgumentHelp(
      """
      Requests without reply that a connection may have. Of a player's latest \(Retries.window) commands it is known whether they took \
      effect; with more than that in flight, those sent again after a lost connection may have a second effect.
      """, valueName: "N"))
  var inFlight = ConnectionLimits().inFlightMax

  @Option(
    help: ArgumentHelp(
      """
      Sign-ins of new guests, registrations, and sign-ins that prove nothing, that may come from one address in a minute (IPv6: from \
      one network of 64 bits); 0 for any number. Addresses of this machine do not count.
      """, valueName: "N"))
  var attemptsPerAddress = 60

  @Option(
    help: ArgumentHelp(
      "Wrong passwords and codes for one account in an hour; 0 for any number.", valueName: "N"))
  var attemptsPerName = 120

  func validate() throws {
    for (name, value) in [
      ("--messages-per-second", messagesPerSecond),
      ("--requests-per-second", requestsPerSecond ?? messagesPerSecond),
    ] where !Self.perSecondRange.contains(value) {
      throw ValidationError("\(name) is 1 to 1,000,000,000.")
    }
    guard (1...65_536).contains(inFlight) else {
      throw ValidationError("--in-flight is 1 to 65,536.")
    }
    for (name, value) in [
      ("--attempts-per-address", attemptsPerAddress), ("--attempts-per-name", attemptsPerName),
    ] where !Self.attemptsRange.contains(value) {
      throw ValidationError("\(name) is 0 to 1,000,000.")
    }
  }

  /// Sets the limits.
  func apply(to limits: inout ConnectionLimits) {
    let requestsPerSecond = requestsPerSecond ?? messagesPerSecond
    limits.messagesPerSecond = messagesPerSecond
    limits.messageBurst = max(limits.messageBurst, messagesPerSecond * 2)
    limits.requestsPerSecond = requestsPerSecond
    limits.requestBurst = max(limits.requestBurst, requestsPerSecond * 2)
    limits.inFlightMax = inFlight
    limits.attempts.perAddress = .counting(attemptsPerAddress, in: .minutes(1))
    limits.attempts.perName = .counting(attemptsPerName, in: .hours(1))
    limits.attempts.perName.burst = min(
      limits.attempts.perName.burst, AttemptLimits().perName.burst)
  }
}
