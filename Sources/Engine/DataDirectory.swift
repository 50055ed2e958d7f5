/// Where a world is kept: one directory with a part for each thing.
package struct DataDirectory: Hashable, Sendable {
  /// The directory's path.
  package let path: String

  /// A directory, which need not exist yet.
  package init(_ path: String) {
    self.path = path
  }

  /// The log's segments.
  package var log: String { path + "/log" }

  /// The projections' images.
  package var images: String { path + "/images" }

  /// Images of earlier positions, for looking at the world as it was.
  package var keptImages: String { Self.keptImages(in: images) }

  /// The same, below any directory of images.
  package static func keptImages(in images: String) -> String { images + "/kept" }

  /// Images that a rebuild has not finished.
  package var draftImages: String { images + "/draft" }

  /// What operators have said is not to be removed from the log.
  package var holds: String { path + "/holds" }

  /// Keys and tokens; apart from history, so that they can be erased.
  package var identity: String { path + "/identity" }

  /// The texts that go with entries, which are personal data; among what can be erased.
  package var texts: String { identity + "/texts.sqlite" }

  /// The world file that the world was founded from, for whoever wants to change it for the next.
  package var worldFile: String { path + "/world.json" }
}
