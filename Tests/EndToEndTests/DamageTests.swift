import Client
import Foundation
import Schema
import Testing

@testable import finalverse

/// Goal: what is damaged on disk is named with its place, and nothing of it is served.
@Suite(.serialized) struct DamageTests {
  /// A stopped server's directory, whose log has a player's name in it.
  private func played() async throws -> (Scratch, name: String) {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let client = try await server.join("Quillibert")
    try await client.startMove(to: Point(xMM: 500, yMM: 500))
    try await server.stop()
    return (directory, "Quillibert")
  }

  /// Changes a bit of the first entry in the log that has a text in it, and of what is left of it in pages that are free.
  ///
  /// - Returns: The file's name.
  private func damage(_ directory: Scratch, at text: String) throws -> String {
    let enumerator = FileManager.default.enumerator(atPath: directory.data)
    while let path = enumerator?.nextObject() as? String {
      guard path.hasSuffix(".segment") else { continue }
      let file = URL(fileURLWithPath: directory.data).appendingPathComponent(path)
      var bytes = try Data(contentsOf: file)
      var rest = bytes.startIndex..<bytes.endIndex
      var places: [Data.Index] = []
      while let range = bytes.range(of: Data(text.utf8), in: rest) {
        places.append(range.lowerBound)
        rest = range.upperBound..<bytes.endIndex
      }
      guard !places.isEmpty else { continue }
      for place in places { bytes[place] ^= 0x01 }
      try bytes.write(to: file)
      return file.lastPathComponent
    }
    throw Failure(.fault, "no segment has \(text)")
  }

  @Test(.timeLimit(.minutes(2)))
  func `verify names the file and the position of a flipped bit`() async throws {
    let (directory, name) = try await played()
    let sound = try await ProgramRun.run("verify", "--data", directory.data, in: directory)
    #expect(sound.status == 0, "\(sound.output)\(sound.errors)")

    let created = try await Replayed.entries("--kind", "ProfileCreated", in: directory)
    let position = try #require(created.first?.position)
    let file = try damage(directory, at: name)
    let verified = try await ProgramRun.run("verify", "--data", directory.data, in: directory)
    #expect(verified.status == ExitStatus.damaged.rawValue)
    #expect(verified.errors.contains(file))
    #expect(verified.errors.contains("position \(position)"))

    let json = try await ProgramRun.run(
      "verify", "--data", directory.data, "--json", in: directory)
    #expect(json.status == ExitStatus.damaged.rawValue)
    let object = try json.object()
    #expect(object["sound"] as? Bool == false)
    let findings = try #require(object["findings"] as? [[String: Any]])
    #expect(findings.first?["position"] as? UInt64 == position)
    #expect((findings.first?["file"] as? String)?.hasSuffix(file) == true)
  }

  @Test(.timeLimit(.minutes(2)))
  func `replay shows what comes before the damage and names it`() async throws {
    let (directory, name) = try await played()
    let file = try damage(directory, at: name)
    let replayed = try await ProgramRun.run("replay", "--data", directory.data, in: directory)
    #expect(replayed.status == ExitStatus.damaged.rawValue)
    #expect(replayed.output.contains("WorldFounded"))
    #expect(!replayed.output.contains("ProfileCreated"))
    #expect(replayed.errors.contains(file))
  }

  @Test(.timeLimit(.minutes(2)))
  func `an older log that is put back is not served unless somebody says so`() async throws {
    let (directory, _) = try await played()
    let manager = FileManager.default
    let (log, aside) = (directory.data + "/log", directory.data + "/log-aside")
    try manager.copyItem(atPath: log, toPath: aside)
    let server = try await Server.start(in: directory)
    let client = try await server.join("Tomo")
    try await client.startMove(to: Point(xMM: 500, yMM: 500))
    try await server.stop()
    try manager.removeItem(atPath: log)
    try manager.moveItem(atPath: aside, toPath: log)

    let refused = try await ProgramRun.run(
      "serve", "--data", directory.data, "--listen", "127.0.0.1:0", in: directory)
    #expect(refused.status == ExitStatus.damaged.rawValue)
    #expect(refused.errors.contains("is older than what was made from it"))
    #expect(!refused.output.contains("ws://"))

    for name in try manager.contentsOfDirectory(atPath: directory.data + "/images")
    where name.hasSuffix(".image") {
      try manager.removeItem(atPath: directory.data + "/images/" + name)
    }
    let again = try await Server.start(in: directory)
    try await again.stop()
    let verified = try await ProgramRun.run("verify", "--data", directory.data, in: directory)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
  }

  @Test(.timeLimit(.minutes(2)))
  func `a server that needs a damaged entry does not start`() async throws {
    let (directory, name) = try await played()
    let file = try damage(directory, at: name)
    try FileManager.default.removeItem(atPath: directory.data + "/images")
    let served = try await ProgramRun.run(
      "serve", "--data", directory.data, "--listen", "127.0.0.1:0", in: directory)
    #expect(served.status == ExitStatus.damaged.rawValue)
    #expect(served.errors.contains(file))
    #expect(!served.output.contains("ws://"))
  }
}
