import Foundation
import Schema
import SwiftProtobuf
import Testing

@testable import finalverse

@Suite struct WorldSourceTests {
  private func reading(_ json: String) throws -> Result<WorldFile, Failure> {
    let directory = try Scratch()
    let file = directory.url.appendingPathComponent("world.json")
    try Data(json.utf8).write(to: file)
    return Result { () throws(Failure) in try WorldSource.read(file.path) }
  }

  @Test func `what is written is read back`() throws {
    let directory = try Scratch()
    let path = directory.url.appendingPathComponent("world.json").path
    let world = WorldFile.with {
      $0.name = "Aria \"one\""
      $0.seed = .max
      $0.cellMm = 1 << 60
      $0.regions = [.with { $0.name = "Ünï" }]
    }
    try WorldSource.write(world, to: path)
    #expect(try WorldSource.read(path) == world)
  }

  @Test(
    arguments: [
      (#"{"name": "Aria", "colums": 1}"#, "'colums'"),
      ("{\n  \"name\": \"Aria\",,\n}", "line 2, column 18"),
      ("[]", "is no world file"), ("", "line 1, column 1"),
      (#"{"columns": "many"}"#, "malformedNumber"),
    ])
  func `a file that is none is refused`(json: String, reason: String) throws {
    guard case .failure(let failure) = try reading(json) else {
      Issue.record("it was read")
      return
    }
    #expect(failure.status == .usage)
    #expect(failure.message.contains(reason), "\(failure.message)")
  }

  @Test func `a file that is not there is named`() {
    let failure = #expect(throws: Failure.self) { try WorldSource.read("/nowhere/world.json") }
    #expect(failure?.status == .noData)
    #expect(failure?.message.contains("/nowhere/world.json") == true)
  }
}
