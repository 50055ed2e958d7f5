import Engine
import EventLog
import Foundation

/// The holds on a world's log: a file of JSON for each, named for it.
struct HoldBook {
  private static let suffix = ".json"

  /// Where they are.
  let directory: String

  /// The holds of a data directory.
  init(of data: DataDirectory) {
    directory = data.holds
  }

  /// All holds, by name.
  ///
  /// - Throws: a ``Failure`` for a file that is no hold: what it was to keep is not known, so nothing may be removed.
  func holds() throws -> [Hold] {
    guard FileManager.default.fileExists(atPath: directory) else { return [] }
    return try LogDirectory(path: directory).names().filter { $0.hasSuffix(Self.suffix) }.sorted()
      .map { try hold(named: String($0.dropLast(Self.suffix.count))) }
  }

  private func hold(named name: String) throws -> Hold {
    guard let bytes = FileManager.default.contents(atPath: file(name)),
      let kept = try? JSONDecoder().decode(Kept.self, from: bytes), Hold.isName(name),
      kept.name == name, let from = UInt64(kept.from),
      (1...Position.max.rawValue).contains(from), let since = Int64(kept.since_us)
    else {
      throw Failure(
        .damaged,
        """
        \(file(name)) is not a hold, so nobody knows what it was to keep, and nothing is removed. Remove the file, and set the hold again with \
        'finalverse hold set'.
        """)
    }
    return Hold(
      name: name, from: Position(from), reason: kept.reason,
      since: Timestamp(microseconds: since))
  }

  /// The members of a file, under the names that they have there.
  private struct Kept: Decodable {
    let name: String
    let from: String
    let reason: String
    // swift-format-ignore: AlwaysUseLowerCamelCase
    let since_us: String
  }

  /// Sets a hold, durably, in place of one of the same name.
  ///
  /// - Throws: ``EventLog/LogFault``, or a ``Failure`` when it cannot be written.
  func set(_ hold: Hold) throws {
    try LogDirectory(path: directory).create()
    let draft = file(hold.name) + ".new"
    do {
      try Data((hold.json.text + "\n").utf8).write(to: URL(fileURLWithPath: draft))
      try LogDirectory.synchronize(file: draft)
      guard unsafe rename(draft, file(hold.name)) == 0 else {
        throw Failure(.cannotWrite, Failure.systemMessage(errno))
      }
      try LogDirectory(path: directory).synchronize()
    } catch {
      throw Failure(
        .cannotWrite, "the hold was not set, because \(file(hold.name)) cannot be written: \(error)"
      )
    }
  }

  /// Takes a hold away, durably.
  ///
  /// - Throws: ``EventLog/LogFault``, or a ``Failure`` when there is no such hold.
  func remove(_ name: String) throws {
    guard Hold.isName(name), unsafe unlink(file(name)) == 0 else {
      throw Failure(.noData, "there is no hold \(name). 'finalverse hold list' lists them.")
    }
    try LogDirectory(path: directory).synchronize()
  }

  private func file(_ name: String) -> String { directory + "/" + name + Self.suffix }
}
