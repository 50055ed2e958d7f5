import Foundation
import Synchronization
import Testing

/// The program, as a process of its own: the executable that was built along with these tests, or another that
/// a proof is made of.
final class ProgramRun: Sendable {
  /// What a process that has ended left behind.
  struct Outcome: Sendable {
    /// The exit code, or minus the signal that ended it.
    let status: Int32
    /// Standard output.
    let output: String
    /// Standard error.
    let errors: String
  }

  private let process: Process
  private let outputFile: URL
  private let errorFile: URL

  /// Where the build puts executables and libraries, the tests' own among them.
  static let products = URL(
    fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
  ).deletingLastPathComponent()

  /// The executable.
  static let executable = Proofs.program ?? products.appendingPathComponent("finalverse")

  /// Starts the program; its output goes to files in a directory.
  ///
  /// - Parameter environment: Variables that it has besides those of this process.
  init(
    _ arguments: [String], in directory: Scratch, environment: [String: String] = [:]
  ) throws {
    let name = UUID().uuidString
    outputFile = directory.url.appendingPathComponent(name + ".out")
    errorFile = directory.url.appendingPathComponent(name + ".err")
    for file in [outputFile, errorFile] {
      try Data().write(to: file)
    }
    process = Process()
    process.executableURL = Self.executable
    process.arguments = arguments
    if !environment.isEmpty {
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    }
    process.standardInput = FileHandle.nullDevice
    let (output, errors) = try (
      FileHandle(forWritingTo: outputFile), FileHandle(forWritingTo: errorFile)
    )
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // The process has its own; some hundreds of rounds would use up those of the tests.
    try output.close()
    try errors.close()
  }

  deinit {
    if process.isRunning { signal(SIGKILL) }
  }

  /// Runs the program to its end.
  static func run(
    _ arguments: String..., in directory: Scratch, within limit: Duration = .seconds(60)
  ) async throws -> Outcome {
    try await ProgramRun(arguments, in: directory).end(within: limit)
  }

  /// The process's number.
  var processID: Int32 { process.processIdentifier }

  /// Whether it has not ended.
  var isRunning: Bool { process.isRunning }

  /// What it has written to standard output so far.
  var output: String { text(of: outputFile) }

  /// What it has written to standard error so far.
  var errors: String { text(of: errorFile) }

  /// Sends a signal to this process alone.
  func signal(_ number: Int32) {
    kill(processID, number)
  }

  /// Whether every thread stands after a SIGSTOP; on a busy machine that is not at once.
  var isStopped: Bool {
    let tasks = "/proc/\(processID)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
    return !threads.isEmpty
      && threads.allSatisfy { thread in
        // The state stands after the name, which is in parentheses and may have any character in it.
        let stat = try? String(contentsOfFile: "\(tasks)/\(thread)/stat", encoding: .utf8)
        return stat?.split(separator: ")").last?.hasPrefix(" T") ?? false
      }
  }

  /// Waits for the end, and ends it by force when that takes too long.
  func end(within limit: Duration = .seconds(30)) async throws -> Outcome {
    let ended = await eventually(within: limit) { !self.process.isRunning }
    if !ended {
      signal(SIGKILL)
      Issue.record("the program did not end within \(limit):\n\(errors)")
      _ = await eventually(within: .seconds(5)) { !self.process.isRunning }
    }
    let status = process.terminationStatus
    return Outcome(
      status: process.terminationReason == .exit ? status : -status, output: output, errors: errors)
  }

  private func text(of file: URL) -> String {
    (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

/// A directory that is gone when its owner is.
final class Scratch: Sendable {
  /// Where it is.
  let url: URL

  /// Makes an empty directory.
  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("finalverse-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  /// The data directory that the tests use within it.
  var data: String { url.appendingPathComponent("data").path }
}

/// Whether something comes true in time; asked every few milliseconds.
func eventually(
  within limit: Duration, _ condition: @Sendable () async throws -> Bool
) async rethrows -> Bool {
  let deadline = ContinuousClock.now + limit
  while true {
    if try await condition() { return true }
    guard ContinuousClock.now < deadline else { return false }
    try? await Task.sleep(for: .milliseconds(10))
  }
}
