import ArgumentParser
import Engine

/// Whether a server has images of its world kept, and how many.
struct ImageKeepingOptions: ParsableArguments {
  /// How often images are kept.
  enum Interval: Hashable, Sendable, ExpressibleByArgument {
    /// Each so long.
    case time(TimeSpan)
    /// Each so many entries; 1 and up.
    case entries(UInt64)
    /// Not at all.
    case never

    init?(argument: String) {
      if argument == "never" {
        self = .never
      } else if let count = UInt64(argument), (1...UInt64(Int64.max)).contains(count) {
        self = .entries(count)
      } else if let span = TimeSpan(argument) {
        self = .time(span)
      } else {
        return nil
      }
    }

    var defaultValueDescription: String {
      switch self {
      case .time(let span): "\(span)"
      case .entries(let count): "\(count)"
      case .never: "never"
      }
    }
  }

  /// The shortest time between two.
  private static let shortest: Int64 = 60 * 1_000_000

  @Option(
    help: ArgumentHelp(
      "Keep images of the world, for looks into the past: each so long (1d), each so many entries (500000), or never.",
      valueName: "EVERY"))
  var keepImages = Interval.never

  @Option(help: ArgumentHelp("Of how many positions images are kept at most.", valueName: "COUNT"))
  var keepMost = KeptImages.most

  func validate() throws {
    if case .time(let span) = keepImages, span.microseconds < Self.shortest {
      throw ValidationError("--keep-images is 1m or more, a number of entries, or never.")
    }
    guard (1...10_000).contains(keepMost) else {
      throw ValidationError("--keep-most is 1 to 10,000.")
    }
  }
}
