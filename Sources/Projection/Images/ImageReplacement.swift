public import EventLog

/// A new image of a projection that is written beside the old one and then takes its place.
///
/// For a rebuild: the old image serves until the new one is whole and on disk; the swap is one rename.
/// Until ``adopt()`` the old image is untouched, and dropping this removes what was written. A server
/// that has the old image open goes on with it, so it is stopped before the swap and started after.
public struct ImageReplacement: ~Copyable {
  /// What the new image holds.
  public let checkpoint: Checkpoint

  private let directory: ImageDirectory
  private var draft: String {
    directory.draftFile(checkpoint.projection, version: checkpoint.version)
  }
  private var isAdopted = false

  private init(checkpoint: Checkpoint, directory: ImageDirectory) {
    self.checkpoint = checkpoint
    self.directory = directory
  }

  /// Writes a new image with all rows of a projection.
  ///
  /// What an interrupted rebuild left is removed first.
  ///
  /// - Parameters:
  ///   - projection: The rows; they count as unchanged afterwards or not, as they did before.
  ///   - directory: The directory that the images are in; created when missing.
  ///   - logID: The log that the projection was folded from.
  ///   - position: The last entry that was folded.
  ///   - time: Now.
  ///   - pace: How fast it is written.
  ///   - configuration: The limits of the image.
  /// - Throws: ``ImageFault``; nothing of the new image is left then.
  /// - Complexity: O(*n* log *n*) for *n* rows.
  public static func write<P: Projection & ~Copyable>(
    _ projection: inout P, in directory: String, of logID: LogID, through position: Position,
    at time: Timestamp, pace: DiskPace = .full,
    configuration: Image.Configuration = Image.Configuration()
  ) throws(ImageFault) -> ImageReplacement {
    let directory = try ImageDirectory(creating: directory)
    let file = directory.draftFile(P.name, version: P.version)
    try directory.remove(file)
    do throws(ImageFault) {
      var draft = try ImageDraft(
        of: P.self, file: file, mapBytes: configuration.mapBytes, pace: pace)
      try projection.visitTables(&draft)
      let checkpoint = Checkpoint(
        projection: P.name, version: P.version, logID: logID, position: position, writtenAt: time,
        state: draft.state)
      try draft.finish(checkpoint)
      return ImageReplacement(checkpoint: checkpoint, directory: directory)
    } catch {
      try? directory.remove(file)
      throw error
    }
  }

  deinit {
    if !isAdopted { try? directory.remove(draft) }
  }

  /// Puts the new image in the place of the one of its version, durably.
  ///
  /// - Parameter replacing: Whether one that is there gives way.
  /// - Returns: false, and nothing changed, when one is there that is not to be replaced.
  /// - Throws: ``ImageFault``
  @discardableResult
  public consuming func adopt(replacing: Bool = true) throws(ImageFault) -> Bool {
    let file = directory.file(checkpoint.projection, version: checkpoint.version)
    isAdopted = try directory.adopt(draft, as: file, replacing: replacing)
    return isAdopted
  }
}
