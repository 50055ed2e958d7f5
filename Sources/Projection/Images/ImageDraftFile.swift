internal import EventLog

/// An image that is being folded in a directory of its own, before it takes its place in another.
///
/// In its directory it is an image like any other: ``Image/restore(_:in:of:through:configuration:)``
/// goes on from what a process that ended too early had made durable.
public struct ImageDraftFile: Sendable {
  private let projection: String
  private let version: UInt32
  private let draft: ImageDirectory
  private let file: String

  /// The draft of a projection, of this program's version; nil when there is none.
  ///
  /// - Throws: ``ImageFault`` when there cannot be a directory like that.
  public init?<P: Projection & ~Copyable>(
    of type: P.Type, in directory: String
  ) throws(ImageFault) {
    projection = P.name
    version = P.version
    draft = try ImageDirectory(creating: directory)
    file = draft.file(P.name, version: P.version)
    guard ImageDirectory.exists(file) else { return nil }
  }

  /// Puts the draft in the place of the image of its version in a directory, by one rename.
  ///
  /// Nobody in this process has either open. The directory is created when missing.
  ///
  /// - Parameters:
  ///   - directory: Where images are looked for; on the same file system.
  ///   - replacing: Whether an image that is there gives way.
  /// - Returns: false, and nothing changed, when one is there that is not to be replaced.
  /// - Throws: ``ImageFault``
  public func adopt(into directory: String, replacing: Bool) throws(ImageFault) -> Bool {
    let directory = try ImageDirectory(creating: directory)
    return try directory.adopt(
      file, as: directory.file(projection, version: version), replacing: replacing)
  }
}
