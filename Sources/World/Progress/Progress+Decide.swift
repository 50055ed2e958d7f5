package import Schema
import SwiftProtobuf

extension World {
  /// Decides a command about progress.
  package borrowing func decide(
    _ command: ProgressCommand, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    switch command.command {
    case .adjustResonance(let command): try decide(command, &decision)
    case .retireProgress(let command):
      try Rejection.checkReason(command.reason, field: "retire_progress.reason")
      try requireProgress(of: command.player, retired: false, field: "retire_progress.player")
      decision.progress(
        .progressRetired(
          .with {
            $0.player = command.player
            $0.reason = command.reason
          }))
    case .restoreProgress(let command):
      try Rejection.checkReason(command.reason, field: "restore_progress.reason")
      try requireProgress(of: command.player, retired: true, field: "restore_progress.player")
      decision.progress(
        .progressRestored(
          .with {
            $0.player = command.player
            $0.reason = command.reason
          }))
    case .setProgressRules(let command): try decide(command, &decision)
    case nil: throw .unknownCommand
    }
  }

  private borrowing func decide(
    _ command: AdjustResonance, _ decision: inout Decision
  ) throws(Rejection) {
    try Rejection.checkReason(command.reason, field: "adjust_resonance.reason")
    let row = try requireProgress(
      of: command.player, retired: false, field: "adjust_resonance.player")
    let (resonance, isFar) = row.resonance.addingReportingOverflow(command.by)
    guard command.by != 0, !isFar, (0...Progress.resonanceMax).contains(resonance) else {
      throw Rejection(
        ProgressRejection.resonanceOutOfRange,
        "It changes something, and leaves 0 to \(Progress.resonanceMax); there is \(row.resonance).",
        fields: "adjust_resonance.by")
    }
    let tier = progress.rules?.tier(of: resonance) ?? 0
    decision.progress(
      .resonanceAdjusted(
        .with {
          $0.player = command.player
          $0.by = command.by
          $0.resonance = resonance
          $0.tier = tier
          $0.reason = command.reason
        }))
  }

  private borrowing func decide(
    _ command: SetProgressRules, _ decision: inout Decision
  ) throws(Rejection) {
    let rules: ProgressRules
    do throws(RuleFault) {
      rules = try command.rules.checked(following: progress.rules)
    } catch {
      throw Rejection(
        ProgressRejection.invalidProgressRules, error.message,
        fields: "set_progress_rules.rules.\(error.field)")
    }
    decision.progress(.progressRulesSet(.with { $0.rules = rules }))
  }

  /// The progress of a player with a profile in use, put aside or not as wanted; empty before the first deed.
  ///
  /// - Throws: `no_progress`, `no_such_player`, `progress_retired`, `progress_not_retired`.
  @discardableResult
  private borrowing func requireProgress(
    of number: UInt64, retired: Bool, field: String
  ) throws(Rejection) -> ProgressRow {
    guard progress.rules != nil else {
      throw Rejection(ProgressRejection.noProgress, "Nothing is earned in this world.")
    }
    let player = PlayerID(number)
    try requireActiveProfile(of: player, field: field)
    let row = progress.row(of: player) ?? ProgressRow()
    guard row.isRetired == retired else {
      throw retired
        ? Rejection(
          ProgressRejection.progressNotRetired, "The progress of player \(player) is in use.",
          fields: field)
        : Rejection(
          ProgressRejection.progressRetired, "The progress of player \(player) is put aside.",
          fields: field)
    }
    return row
  }
}
