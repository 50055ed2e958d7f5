package import EventLog

/// Images of earlier positions, from which the world is folded on to a moment that it is asked for.
///
/// Each position has a directory of its own, named for it in twenty digits, with an image of every
/// projection. They are ordinary images, checked before use as a server checks its own. Nothing is lost with
/// one, but with the base of a log whose first entries were removed.
package struct KeptImages: Sendable {
  private static let digits = 20

  /// Where they are.
  package let directory: String

  /// Names a directory, which need not exist.
  package init(directory: String) {
    self.directory = directory
  }

  /// The positions that there are images of, ascending; none when there is no such directory.
  package var positions: [Position] {
    let names = (try? LogDirectory(path: directory).names()) ?? []
    return names.compactMap { name in
      guard name.utf8.count == Self.digits, let number = UInt64(name),
        (1...Position.max.rawValue).contains(number)
      else { return nil }
      return Position(number)
    }.sorted()
  }

  /// The directory of a position's images.
  package func path(of position: Position) -> String {
    let number = String(position.rawValue)
    return directory + "/" + String(repeating: "0", count: Self.digits - number.utf8.count) + number
  }

  /// The earliest position from which a log that begins with an entry can be folded.
  ///
  /// It is that of the oldest images that are not older than the entry before it; nil where a log still has all
  /// its entries, or where there are no such images.
  package func base(ofLogFrom first: Position) -> Position? {
    guard first > .first else { return nil }
    return positions.first { $0.next >= first }
  }
}
