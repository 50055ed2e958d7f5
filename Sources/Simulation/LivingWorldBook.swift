import EventLog
import Schema
import World

/// What the living world has come to, counted from the events alone, by the rules as the schema states them.
///
/// It knows nothing of how harmony, weather and progress are decided or folded: where they compute, it bounds.
struct LivingWorldBook {
  private var progress = ProgressBook()
  private var harmony: HarmonyBook
  private var weather = WeatherBook()

  /// The book of a world without entries.
  init(_ grid: Grid) {
    harmony = HarmonyBook(grid)
  }

  /// Follows the events of an entry.
  mutating func follow(
    _ events: ArraySlice<Event>, of entry: EntryStamp
  ) throws(Breach) {
    do throws(BookFault) {
      for event in events {
        switch event.system {
        case .regions(let regions): weather.follow(regions)
        case .worldClock(let clock): weather.follow(clock)
        case .harmony(let harmony):
          if let event = harmony.event { try self.harmony.follow(event) }
        case .weather(let weather):
          if let event = weather.event { try self.weather.follow(event, in: harmony) }
        default: break
        }
      }
      try progress.follow(events, at: entry.time)
    } catch {
      throw Breach(.invariant, "The entry at position \(entry.position) \(error.description).")
    }
  }

  /// Compares with what the world says of everything that has changed since the last call.
  mutating func compareTouched(with world: borrowing World) throws(Breach) {
    try progress.compareTouched(with: world)
    try harmony.compareTouched(with: world)
    try weather.compareTouched(with: world)
  }

  /// Compares with what the world says of everything.
  func compare(with world: borrowing World) throws(Breach) {
    try progress.compare(with: world)
    try harmony.compare(with: world)
    try weather.compare(with: world)
  }
}

/// Why an event is not possible where it stands.
struct BookFault: Error {
  let description: String

  init(_ description: String) {
    self.description = description
  }

  /// Makes sure of something.
  static func expect(
    _ holds: Bool, _ description: @autoclosure () -> String
  ) throws(BookFault) {
    if !holds { throw BookFault(description()) }
  }
}

extension Breach {
  /// Makes sure that what the world says of something is what it is by the events.
  static func expect<Value: Equatable>(
    _ world: Value, is book: Value, _ what: @autoclosure () -> String
  ) throws(Breach) {
    guard world != book else { return }
    throw Breach(
      .invariant, "By the world, \(what()) is \(world); by the events it is \(book).")
  }
}
