import Foundation
import Testing

/// Goal: after a power cut at any moment, everything that anybody was told is there, and what is there is sound.
///
/// Method: a run of the program is recorded with every write, name and sync. For moments of the run, the disk is built as it may be
/// then: what was synced, and any part of what was not. From that, recovery is tried as a server's start does it.
@Suite(.serialized) struct PowerCutTests {
  /// A run, recorded.
  private func recorded() async throws -> (Scratch, RecordedRun) {
    let scratch = try Scratch()
    let isLong = Proofs.seconds != nil
    let run = try RecordedRun(
      in: scratch,
      RecordedRun.Extent(
        commands: isLong ? 20 : 10, serving: .seconds(isLong ? 14 : 7),
        killedAfter: isLong ? Int.random(in: 200...1_500) : 300))
    try await run.perform()
    return (scratch, run)
  }

  /// Tries some moments; the process that calls it may end by what it finds.
  ///
  /// - Returns: What was found.
  private static func trial(
    _ recording: String, of root: String, wholeLog: String, _ plan: CrashPoints.Plan,
    progress: String
  ) async throws -> CrashPoints.Outcome {
    let work = URL(
      filePath: FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : "/tmp"
    )
    .appending(path: "finalverse-cut-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: work) }
    let points = CrashPoints(
      recording: try Recording(recording), root: root,
      history: try RecoveryCheck.history(before: wholeLog, after: root + "/data/log"),
      work: work.path, plan: plan)
    return try await points.run { moment in
      try? Data(moment.utf8).write(to: URL(filePath: progress))
    }
  }

  /// The files below a directory and what is in them, but for those that are written through memory.
  private static func contents(of directory: String) throws -> [String: Data] {
    var contents: [String: Data] = [:]
    let paths = FileManager.default.enumerator(atPath: directory)
    while let path = paths?.nextObject() as? String {
      guard !path.hasSuffix("-lock"), !path.hasSuffix("-shm") else { continue }
      var isDirectory: ObjCBool = false
      let file = directory + "/" + path
      unsafe _ = FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory)
      contents[path] =
        isDirectory.boolValue ? Data() : try Data(contentsOf: URL(filePath: file))
    }
    return contents
  }

  /// Whatever writes past the recorder would make all else worthless.
  private func expectNothingMissing(in run: RecordedRun, _ scratch: Scratch) throws {
    let recording = try Recording(run.recording)
    var disk = Disk(root: run.root)
    for event in recording.events { try disk.apply(event, in: recording.bytes) }
    let copy = scratch.url.appendingPathComponent("copy").path
    try disk.write(after: .everything, seed: 0, from: recording.bytes, to: copy)
    let (recorded, real) = (try Self.contents(of: copy), try Self.contents(of: run.root))
    #expect(recorded.keys.sorted() == real.keys.sorted())
    for (path, data) in real { #expect(recorded[path] == data, "\(path)") }
  }

  @Test(.timeLimit(.minutes(60)))
  func `what was promised is there after a power cut at any moment`() async throws {
    let (scratch, run) = try await recorded()
    try expectNothingMissing(in: run, scratch)
    let seed = Proofs.seed
    print("power cut: seed \(seed)")
    let seconds = Proofs.step == nil ? Proofs.seconds ?? 20 : 0
    let progress = scratch.url.appendingPathComponent("moment").path
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent],
      "at \(Proofs.text(of: progress))"
    ) {
      [
        recording = run.recording as String, root = run.root as String,
        wholeLog = run.wholeLog as String, seconds = seconds as Int,
        step = (Proofs.step ?? 1) as Int, seed = seed as UInt64, progress = progress as String
      ] in
      var plan = CrashPoints.Plan()
      if seconds > 0 { plan.span = .seconds(seconds) }
      plan.step = step
      plan.seed = seed
      let outcome = try await PowerCutTests.trial(
        recording, of: root, wholeLog: wholeLog, plan, progress: progress)
      print(
        "tried \(outcome.states) states of the disk at \(outcome.moments) of \(outcome.changes) moments"
      )
      for finding in outcome.findings.prefix(20) { print("FOUND \(finding)") }
    }
    let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    print(output, terminator: "")
    #expect(output.contains("tried"))
    #expect(!output.contains("FOUND"), "\(output)")
  }

  /// If this did not fail, the test above would prove nothing.
  @Test(.timeLimit(.minutes(5)))
  func `a program that does not sync is found out`() async throws {
    let (scratch, run) = try await recorded()
    let progress = scratch.url.appendingPathComponent("moment").path
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent],
      "at \(Proofs.text(of: progress))"
    ) {
      [
        recording = run.recording as String, root = run.root as String,
        wholeLog = run.wholeLog as String, progress = progress as String
      ] in
      var plan = CrashPoints.Plan()
      plan.ignoresSyncs = true
      plan.endsAtFirst = true
      plan.span = .seconds(20)
      let outcome = try await PowerCutTests.trial(
        recording, of: root, wholeLog: wholeLog, plan, progress: progress)
      for finding in outcome.findings { print("FOUND \(finding)") }
    }
    let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    #expect(output.contains("FOUND"))
  }
}
