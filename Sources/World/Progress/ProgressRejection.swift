/// Why nothing is done to a player's progress.
package enum ProgressRejection: String, RejectionCode {
  /// The rules are not possible.
  case invalidProgressRules = "invalid_progress_rules"
  /// The world has no rules by which anything is earned.
  case noProgress = "no_progress"
  /// The resonance given or taken is 0, too much, or more than there is.
  case resonanceOutOfRange = "resonance_out_of_range"
  /// The player's progress is put aside.
  case progressRetired = "progress_retired"
  /// The player's progress is not put aside.
  case progressNotRetired = "progress_not_retired"
}
