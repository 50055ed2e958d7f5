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
  ///   - configuration: The limits of the image.
  /// - Throws: ``ImageFault``; nothing of the new image is left then.
  /// - Complexity: O(*n* log *n*) for *n* rows.
  public static func write<P: Projection & ~Copyable>(
    _ projection: inout P, in directory: String, of logID: LogID, through position: Position,
    at time: Timestamp, configuration: Image.Configuration = Image.Configuration()
  ) throws(ImageFault) -> ImageReplacement {
    let directory = try ImageDirectory(creating: directory)
    let file = directory.draftFile(P.name)
    try directory.remove(file)
    do throws(ImageFault) {
      var draft = try ImageDraft(of: P.self, file: file, mapBytes: configuration.mapBytes)
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
    if !isAdopted { try? directory.remove(directory.draftFile(checkpoint.projection)) }
  }

  /// Puts the new image in the old one's place, durably.
  ///
  /// - Throws: ``ImageFault``
  public consuming func adopt() throws(ImageFault) {
    try directory.adoptDraft(checkpoint.projection)
    isAdopted = true
  }
}
