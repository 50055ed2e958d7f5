internal import EventLog

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
  ///   - directory: The directory that the images are in.
  /// - Throws: ``ImageFault``; of code ``ImageFault/Code/missing`` when there is no such image.
  public init(of projection: String, in directory: String) throws(ImageFault) {
    let file = try ImageDirectory(existing: directory).file(projection)
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
    try ImageDirectory(existing: directory).projections()
  }

  /// The image as it is now.
  ///
  /// - Throws: ``ImageFault``
  public func snapshot() throws(ImageFault) -> ImageSnapshot {
    try ImageSnapshot(environment)
  }
}
