public import EventLog

/// Reads an image that another process may be writing: for commands, analysts and tools.
///
/// Thread-safe. It needs no schema: rows are lent as bytes.
public final class ImageReader: Sendable {
  /// The projection's name, from the file's.
  public let projection: String

  private let environment: LMDBEnvironment

  /// Opens the image of a projection.
  ///
  /// - Parameters:
  ///   - projection: The projection's name.
  ///   - version: The version of the projection; nil means the newest that there is an image of.
  ///   - directory: The directory that the images are in.
  /// - Throws: ``ImageFault``; of code ``ImageFault/Code/missing`` when there is no such image.
  public init(
    of projection: String, version: UInt32? = nil, in directory: String
  ) throws(ImageFault) {
    let directory = try ImageDirectory(existing: directory)
    let newest = try directory.images().first { $0.projection == projection }?.versions.last
    let file = directory.file(projection, version: version ?? newest ?? 1)
    guard ImageDirectory.exists(file) else {
      throw ImageFault(
        code: .missing,
        message: "There is no image of \(projection). A server makes it soon after it starts.",
        file: file)
    }
    self.projection = projection
    do throws(LMDBFault) {
      environment = try LMDBEnvironment(
        file: file,
        options: LMDBEnvironment.Options(access: .readOnly, mapBytes: nil, databases: nil))
    } catch {
      throw ImageFault(wrapping: error, file: file)
    }
  }

  /// The projections that have an image in `directory`, in alphabetical order.
  ///
  /// - Throws: ``ImageFault``
  public static func projections(in directory: String) throws(ImageFault) -> [String] {
    try ImageDirectory(existing: directory).images().map(\.projection)
  }

  /// The versions of a projection that have an image in `directory`, ascending.
  ///
  /// - Throws: ``ImageFault``
  public static func versions(
    of projection: String, in directory: String
  ) throws(ImageFault) -> [UInt32] {
    try ImageDirectory(existing: directory).images()
      .first { $0.projection == projection }?.versions ?? []
  }

  /// The image as it is now.
  ///
  /// - Throws: ``ImageFault``
  public func snapshot() throws(ImageFault) -> ImageSnapshot {
    try ImageSnapshot(environment)
  }

  /// Writes the image as it is now to a file that does not exist yet, durably.
  ///
  /// - Throws: ``ImageFault``
  func copy(to file: String) throws(ImageFault) {
    do {
      try environment.copy(to: file)
      try LogDirectory.synchronize(file: file)
    } catch {
      throw ImageFault(wrapping: error, file: file)
    }
  }

  /// Fills an empty projection with what the image holds now, checking its pages, its rows and their
  /// digest as a server does when it starts.
  ///
  /// The image is left as it is, whatever is wrong with it.
  ///
  /// - Parameters:
  ///   - projection: Empty; filled with the image's rows.
  ///   - logID: The log that the image must have been folded from.
  ///   - last: The position that the image must not have been folded beyond.
  /// - Returns: Up to where it is folded; the log goes on from there.
  /// - Throws: ``ImageFault``; of code ``ImageFault/Code/aheadOfLog`` for an image of a later
  ///   position. The projection then holds something that is of no use.
  public func load<P: Projection & ~Copyable>(
    into projection: inout P, of logID: LogID, through last: Position
  ) throws(ImageFault) -> Checkpoint {
    let snapshot = try snapshot()
    try snapshot.checkPages()
    guard let checkpoint = try snapshot.load(into: &projection, of: logID, through: last) else {
      throw ImageFault(
        code: .missing, message: "Nothing was ever written to the image of \(P.name).",
        file: snapshot.file)
    }
    return checkpoint
  }
}
