import ArgumentParser
import Engine
import EventLog
import World

/// How a recording is played to WebSocket clients, for `finalverse replay --serve`.
struct PlayOptions: ParsableArguments {
  @Option(
    name: .customLong("serve"),
    help: ArgumentHelp(
      "Play the entries to WebSocket clients that connect here, instead of printing them; port 0 means any.",
      valueName: "HOST:PORT"))
  var address: ListenAddress?

  @Option(
    help: ArgumentHelp(
      "With --serve: how many times as fast as it happened, such as 1, 60 or 0.5; or max, as fast as clients read. (default: 1)",
      valueName: "N|max"))
  var speed: PlaybackSpeed?

  @Option(
    help: ArgumentHelp(
      "With --serve: begin when so many clients watch something. (default: 1)", valueName: "N"))
  var waitFor: Int?

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "With --serve: the player through whose eyes guests see; by default they are nobody in particular.",
      valueName: "NUMBER"))
  var guest: UInt64?

  @Flag(
    help:
      "With --serve and a replay file: begin again when it is over, for those who come then, until Ctrl-C."
  )
  var loop = false

  func validate() throws {
    if address == nil, speed != nil || waitFor != nil || guest != nil || loop {
      throw ValidationError("--speed, --wait-for, --as and --loop need --serve HOST:PORT.")
    }
    if let waitFor, !(0...10_000).contains(waitFor) {
      throw ValidationError("--wait-for is 0 to 10,000.")
    }
    if let guest, !ActorID(guest).isPlayer {
      throw ValidationError("--as takes a player's number, \(ActorID.firstPlayer) and up.")
    }
  }

  /// The same for a playback.
  var options: PlaybackOptions {
    var options = PlaybackOptions()
    if let speed { options.speed = speed }
    if let waitFor { options.viewersAwaited = waitFor }
    if let guest { options.guest = PlayerID(guest) }
    return options
  }
}

extension PlaybackSpeed: ExpressibleByArgument {
  /// The fastest that is not `max`: a day in less than a tenth of a second.
  private static let factors = 0.001...1_000_000

  /// Reads `10`, `0.5` or `max`; nil for anything else.
  package init?(argument: String) {
    if argument == "max" {
      self = .unbounded
    } else if argument.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }),
      let factor = Double(argument), Self.factors.contains(factor)
    {
      self = .times(factor)
    } else {
      return nil
    }
  }
}

extension PlaybackSpeed: CustomStringConvertible {
  /// As people read it: `10 ×`.
  package var description: String {
    switch self {
    case .unbounded: "as fast as it is read"
    case .times(let factor) where factor == factor.rounded():
      "\(Figures.count(Int(factor))) ×"
    case .times(let factor): "\(Figures.decimal(factor, places: 3)) ×"
    }
  }
}
