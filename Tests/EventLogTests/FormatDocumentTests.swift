import EventLog
import EventLogTesting
import Foundation
import Testing

/// `docs/log-format.md` and `docs/archives.md` say nothing that is not so.
@Suite struct FormatDocumentTests {
  private static func document(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "docs/\(name)"), encoding: .utf8)
  }

  /// The lines of the first block of code that begins with `fence` after `heading`.
  private func block(
    after heading: String, fence: String, in name: String = "log-format.md"
  ) throws -> [Substring] {
    let document = try Self.document(name)
    let lines = document.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0 == heading })
    let first = try #require(lines[start...].firstIndex { $0 == fence })
    let end = try #require(lines[(first + 1)...].firstIndex { $0 == "```" })
    return Array(lines[(first + 1)..<end])
  }

  @Test func `the entry that is taken apart is a real one`() throws {
    let lines = try block(after: "### One entry, taken apart", fence: "```")
    // Eight bytes at most, then what they mean.
    let bytes = SampleBytes(hex: lines.map { $0.prefix(24) }.joined(separator: " "))
    #expect(bytes.bytes == GoldenEntries.first.bytes)
    #expect(bytes.bytes == Array(try GoldenEntries.firstBatch().bytes.prefix(62)))
  }

  @Test func `the Python program reads entries`() throws {
    let program = try block(after: "## Reading without this program", fence: "```python")
    let entries = [GoldenEntries.first, GoldenEntries.third]
    let dump = entries.map { entry in
      " 0100000000000000\n " + entry.bytes.map { String(format: "%02x", $0) }.joined()
    }
    let python = Process()
    python.executableURL = URL(filePath: "/usr/bin/env")
    python.arguments = ["python3", "-c", program.joined(separator: "\n")]
    let (input, output) = (Pipe(), Pipe())
    python.standardInput = input
    python.standardOutput = output
    try python.run()
    try input.fileHandleForWriting.write(
      contentsOf: Data("HEADER=END\n\(dump.joined(separator: "\n"))\nDATA=END\n".utf8))
    try input.fileHandleForWriting.close()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    python.waitUntilExit()
    #expect(python.terminationStatus == 0)
    #expect(
      String(decoding: text, as: UTF8.self) == """
        1 1700000000000000 1000 1234605616436508552 3 ['1.2', '3.1'] b'song'
        3 1700000000000001 1001 7 1 ['1.2'] b'echo'

        """)
  }
  @Test func `the Python program reads an archive, and arrives at its head`() throws {
    let program = try block(after: "## Reading one", fence: "```python", in: "archives.md")
    let fixture = try ArchiveFixture(
      count: 300, batch: 3, segmentBytes: 1 << 20, padding: 3_000)
    let last = try #require(try fixture.archive().first).lastPosition
    let python = Process()
    python.executableURL = URL(filePath: "/usr/bin/env")
    python.arguments = [
      "python3", "-c", program.joined(separator: "\n"), fixture.archiveFile(.first),
    ]
    let output = Pipe()
    python.standardOutput = output
    try python.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    python.waitUntilExit()
    #expect(python.terminationStatus == 0)
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
    let expected = zip(1..., fixture.entries).prefix(Int(last.rawValue)).map { position, entry in
      let length = EntryFormat.byteCount(kinds: entry.kinds.count, payload: entry.payload.count)
      return "\(position) \(entry.time.microseconds) \(length)"
    }
    #expect(lines.map(String.init) == expected)
  }
}
