import EventLog
import Foundation

/// Goes through a recording, and tries recovery from moments of it.
struct CrashPoints {
  /// Which moments are tried, and how.
  struct Plan: Sendable {
    /// At every so many changes of files and names; 1 for each.
    var step = 1
    /// For about how long; nil for as long as it takes.
    ///
    /// As many moments are passed over as it takes to come to the end of the recording by then.
    var span: Duration?
    /// Where in a step, and what is drawn.
    var seed: UInt64 = 0
    /// How many times each way of failing is drawn anew.
    var draws = 1
    /// Whether syncs of files are taken for done by nobody.
    var ignoresSyncs = false
    /// Ends after the first promise that was not kept.
    var endsAtFirst = false
  }

  /// What came of it.
  struct Outcome {
    /// Moments that there are.
    var changes = 0
    /// Moments tried.
    var moments = 0
    /// States of the disk tried.
    var states = 0
    /// What was found, each with its moment.
    var findings: [String] = []
  }

  let recording: Recording
  /// The directory that was recorded.
  let root: String
  /// A hash of every entry of the whole history.
  let history: [ChainHead]
  /// Where the states of the disk are built.
  let work: String
  let plan: Plan

  /// Goes through the recording.
  ///
  /// - Parameter onMoment: Told before each trial, so that one that ends the process can be found.
  func run(onMoment: (String) -> Void = { _ in }) async throws -> Outcome {
    var (disk, told, promised) = (Disk(root: root), Told(), Promised())
    var outcome = Outcome()
    outcome.changes = changes
    var tried = -1
    /// The least that any state since the last change of files had.
    var least = UInt64.max
    let start = ContinuousClock.now
    for (index, event) in recording.events.enumerated() {
      if case .send(let socket, let data) = event {
        try told.add(recording.bytes[data], over: socket)
        promised.position = told.position
      }
      if case .note(let text) = event { promised.add(text) }
      try disk.apply(event, in: recording.bytes, ignoresSyncs: plan.ignoresSyncs)
      let part = Double(index) / Double(recording.events.count)
      let isChange = disk.version != tried && isChosen(disk.version, at: part, since: start)
      // The disk is as it was when it was tried; but more has been promised.
      if !isChange {
        if disk.version == tried, least < promised.position {
          outcome.findings.append(
            "record \(index): the log may end at \(least), and clients were told of "
              + "\(promised.position)")
          least = .max
        }
        continue
      }
      tried = disk.version
      least = .max
      outcome.moments += 1
      for (cut, seed) in cuts(of: disk) {
        let moment = "record \(index) (\(event)), \(cut), seed \(seed)"
        onMoment(moment)
        outcome.states += 1
        // Never the same twice: a thread that is about to end may have a file of the last one open.
        let check = RecoveryCheck(history: history, root: "\(work)/\(outcome.states)")
        defer { try? FileManager.default.removeItem(atPath: check.root) }
        do {
          try disk.write(after: cut, seed: seed, from: recording.bytes, to: check.root)
          let full = outcome.states % 3 == 0
          least = min(least, try await check.run(promised, full: full))
        } catch {
          outcome.findings.append("\(moment): \(error)")
        }
      }
      if plan.endsAtFirst, !outcome.findings.isEmpty { break }
    }
    return outcome
  }

  /// How many records change files or names.
  private var changes: Int {
    recording.events.count { event in
      switch event {
      case .start, .send, .note: false
      default: true
      }
    }
  }

  /// Whether the power is cut at a change.
  ///
  /// - Parameter part: How much of the recording is in front of it.
  private func isChosen(_ version: Int, at part: Double, since start: ContinuousClock.Instant)
    -> Bool
  {
    guard version % plan.step == Int(plan.seed % UInt64(plan.step)) else { return false }
    guard let span = plan.span else { return true }
    return part >= (ContinuousClock.now - start) / span
  }

  private func cuts(of disk: Disk) -> [(PowerCut, UInt64)] {
    let count = disk.uncertainCount
    if count == 0 { return [(.nothing, 0)] }
    return PowerCut.allCases.flatMap { cut -> [(PowerCut, UInt64)] in
      guard cut.isDrawn else { return [(cut, 0)] }
      // Of one, all but one is none.
      if count == 1, cut == .allButOne || cut == .oneAlone { return [] }
      return (0..<plan.draws).map { (cut, plan.seed &+ UInt64(disk.version * 16 + $0)) }
    }
  }
}
