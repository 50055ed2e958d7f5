import Engine
import EventLog

extension View {
  /// Prints what is wanted of a world: for people, or as one JSON object.
  ///
  /// - Parameter instant: As of when; nil means now.
  func print(of directory: DataDirectory, at instant: Instant?, json: Bool) throws {
    let past = try PastWorld(at: instant, of: directory, members: members)
    let sight = try Sight(self, of: past.fold.world, at: past.position, past.time)
    guard json else {
      return Swift.print(
        "At position \(past.position) of \(past.lastPosition), \(past.time)\n\n\(sight.text)")
    }
    let when: [(String, JSONText)] = [
      ("position", .large(past.position.rawValue)), ("time", .string(past.time.description)),
      ("timeUs", .large(past.time.microseconds)),
    ]
    Swift.print(JSONText.object(when + sight.members).text)
  }
}
