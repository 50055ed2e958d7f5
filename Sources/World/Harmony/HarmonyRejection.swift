/// Why nothing is done to harmony.
package enum HarmonyRejection: String, RejectionCode {
  /// The rules are not possible.
  case invalidHarmonyRules = "invalid_harmony_rules"
  /// Harmony or silence is out of range.
  case harmonyOutOfRange = "harmony_out_of_range"
}
