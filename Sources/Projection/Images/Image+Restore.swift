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
  /// digest of all rows. An image that fails, or that is of another log, is removed, and the projection is
  /// left empty; writing it anew begins with the next changes. Where the log no longer has its first
  /// entries, a copy of the image in `base` takes its place instead.
  ///
  /// - Parameters:
  ///   - projection: Empty; filled with the image's rows.
  ///   - directory: The directory that the images are in; created when missing.
  ///   - logID: The log that the projection is folded from.
  ///   - first: The oldest position that the log still has.
  ///   - last: The newest position of that log.
  ///   - base: The directory of images to begin from where the log's first entries are gone; nil when there is
  ///     none.
  ///   - configuration: The limits of the image.
  /// - Throws: ``ImageFault`` when there can be no image at all: no permission, no room, or neither the log's
  ///   first entries nor an image in `base` that is of use; then the image that was there is still there. Of
  ///   code ``ImageFault/Code/aheadOfLog`` when the image is sound and knows of entries that the log has
  ///   not: then it is the log that somebody has to look at.
  public static func restore<P: Projection & ~Copyable>(
    _ projection: inout P, in directory: String, of logID: LogID, from first: Position = .first,
    through last: Position, base: String? = nil, configuration: Configuration = Configuration()
  ) throws(ImageFault) -> Restored {
    let stretch = Stretch(logID: logID, first: first, last: last)
    let directory = try ImageDirectory(creating: directory)
    do throws(ImageFault) {
      let image = try load(&projection, in: directory, of: stretch, configuration)
      return Restored(image: image, checkpoint: image.checkpoint, discarded: nil)
    } catch {
      guard error.callsForRebuild, error.code != .aheadOfLog else { throw error }
      projection = P()
      let file = directory.file(P.name, version: P.version)
      if first > .first {
        try replace(file, of: P.self, in: directory, from: base, of: stretch, because: error)
      } else {
        try directory.remove(file)
      }
      let image = try load(&projection, in: directory, of: stretch, configuration)
      return Restored(image: image, checkpoint: image.checkpoint, discarded: error)
    }
  }

  /// What a log holds.
  private struct Stretch {
    let logID: LogID
    let first: Position
    let last: Position
  }

  private static func load<P: Projection & ~Copyable>(
    _ projection: inout P, in directory: ImageDirectory, of log: Stretch,
    _ configuration: Configuration
  ) throws(ImageFault) -> Image {
    let image = try Image(
      of: P.self, in: directory, logID: log.logID, configuration: configuration)
    let checkpoint = try image.snapshot().load(
      into: &projection, of: log.logID, through: log.last)
    let position = checkpoint?.position ?? .zero
    guard position.next >= log.first else {
      throw ImageFault(
        code: .behindLog,
        message: position > .zero
          ? "The image of \(P.name) ends at position \(position), and the log begins at "
            + "\(log.first)."
          : "There is no image of \(P.name), and the log begins at position \(log.first).",
        file: image.file)
    }
    return image
  }

  /// Puts a copy of an image of the base in the place of one that is of no use, durably, once it is known to be of
  /// use itself.
  private static func replace<P: Projection & ~Copyable>(
    _ file: String, of type: P.Type, in directory: ImageDirectory, from base: String?,
    of log: Stretch, because fault: ImageFault
  ) throws(ImageFault) {
    let draft = directory.draftFile(P.name, version: P.version)
    do throws(ImageFault) {
      guard let base else {
        throw ImageFault(code: .missing, message: "There are no images to begin from.")
      }
      let reader = try ImageReader(of: P.name, version: P.version, in: base)
      var projection = P()
      _ = try reader.load(into: &projection, of: log.logID, through: log.last)
      try directory.remove(draft)
      try reader.copy(to: draft)
    } catch {
      guard error.code == .missing || error.callsForRebuild else { throw error }
      throw ImageFault(
        code: .missing,
        message: """
          \(fault.message) It cannot be made from the log, whose first entries were removed, and not from the images that \
          were kept then (images/kept): \(error.message) Nothing was changed. Take those images from a backup.
          """,
        file: file, cause: error)
    }
    _ = try directory.adopt(draft, as: file, replacing: true)
  }
}
