import Foundation

/// A new directory, removed with the last reference to it.
final class TemporaryDirectory: Sendable {
  let path: String
  private let isOwned: Bool

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("projection-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
    isOwned = true
  }

  /// A directory of another process, which removes it.
  init(existing path: String) {
    self.path = path
    isOwned = false
  }

  deinit {
    guard isOwned else { return }
    try? FileManager.default.removeItem(atPath: path)
  }

  func file(_ name: String) -> String { path + "/" + name }

  func contents(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: file(name))))
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
  }

  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }
}
