internal import Foundation

/// A directory of its own for a test, which goes when nobody refers to it any more.
public final class TemporaryDirectory: Sendable {
  /// The path of the directory, which is empty at first.
  public let path: String

  /// Makes a directory.
  ///
  /// - Throws: what the file system says.
  public init() throws {
    path = NSTemporaryDirectory() + "finalverse-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
