public import EventLog

extension Image {
  /// An image that is ready to be written, and what its projection was restored to.
  public struct Restored: Sendable {
    /// The image.
    public let image: Image

    /// What the projection now holds; nil when it is empty and the log is to be folded from its start.
    public let checkpoint: Checkpoint?

    /// Why the image that was there was of no use and is gone; to be told to the operator.
    public let discarded: ImageFault?

    /// The position after which the log is to be folded into the projection.
    public var position: Position { checkpoint?.position ?? .zero }
  }

  /// Opens the image of a projection, or creates it, and loads what it holds.
  ///
  /// Only the file of the projection's version is looked at; those of others stay as they are.
  ///
  /// Every page's structure is checked before LMDB sees the file, then every row's checksum, then the
  /// digest of all rows. An image that fails, or that is of another log or a future of this log, is
  /// removed, and the projection is left empty; writing it anew begins with the next changes.
  ///
  /// - Parameters:
  ///   - projection: Empty; filled with the image's rows.
  ///   - directory: The directory that the images are in; created when missing.
  ///   - logID: The log that the projection is folded from.
  ///   - last: The newest position of that log.
  ///   - configuration: The limits of the image.
  /// - Throws: ``ImageFault`` when there can be no image at all: no permission, no room.
  public static func restore<P: Projection & ~Copyable>(
    _ projection: inout P, in directory: String, of logID: LogID, through last: Position,
    configuration: Configuration = Configuration()
  ) throws(ImageFault) -> Restored {
    let directory = try ImageDirectory(creating: directory)
    do throws(ImageFault) {
      let image = try Image(of: P.self, in: directory, logID: logID, configuration: configuration)
      try image.load(into: &projection, through: last)
      return Restored(image: image, checkpoint: image.checkpoint, discarded: nil)
    } catch {
      guard error.callsForRebuild else { throw error }
      projection = P()
      try directory.remove(directory.file(P.name, version: P.version))
      let image = try Image(
        of: P.self, in: directory, logID: logID, configuration: configuration)
      return Restored(image: image, checkpoint: nil, discarded: error)
    }
  }

  private func load<P: Projection & ~Copyable>(
    into projection: inout P, through last: Position
  ) throws(ImageFault) {
    _ = try snapshot().load(into: &projection, of: logID, through: last)
  }
}
