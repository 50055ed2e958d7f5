import EventLog
import Foundation

/// Goes through a recording, and tries recovery from moments of it.
struct CrashPoints {
  /// Which moments are tried, and how.
  struct Plan: Sendable {
    /// At every so many changes of files and names; 1 for each.
    var step = 1
    /// How many moments are tried at most, all over the recording; nil for as many as there are.
    var momentsMax: Int?
    /// Where in a step, and what is drawn.
    var seed: UInt64 = 0
    /// How many times each way of failing is drawn anew.
    var draws = 1
    /// Whether syncs of files are taken for done by nobody.
    var ignoresSyncs = false
    /// Ends after the first promise that was not kept.
    var endsAtFirst = false
    /// Ends after so long.
    var limit = Duration.seconds(3_600)
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
    /// The part of the recording that was gone through.
    var part = 1.0
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
    let deadline = ContinuousClock.now + plan.limit
    let step = step
    for (index, event) in recording.events.enumerated() {
      if case .send(let socket, let data) = event {
        try told.add(recording.bytes[data], over: socket)
        promised.position = told.position
      }
      if case .note(let text) = event { promised.add(text) }
      try disk.apply(event, in: recording.bytes, ignoresSyncs: plan.ignoresSyncs)
      let isChange = disk.version != tried && isChosen(disk.version, step)
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
          let full = outcome.states % 2 == 0
          least = min(least, try await check.run(promised, full: full))
        } catch {
          outcome.findings.append("\(moment): \(error)")
        }
      }
      if plan.endsAtFirst, !outcome.findings.isEmpty { break }
      if ContinuousClock.now > deadline {
        outcome.part = Double(index) / Double(recording.events.count)
        break
      }
    }
    return outcome
  }

  /// At every how many changes the power is cut.
  private var step: Int {
    plan.momentsMax.map { max(1, changes / $0) } ?? plan.step
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

  private func isChosen(_ version: Int, _ step: Int) -> Bool {
    version % step == Int(plan.seed % UInt64(step))
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
