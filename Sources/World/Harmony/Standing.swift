package import Schema

/// How a region stands: pure arithmetic in whole thousandths of what is shown.
package struct Standing: Hashable, Sendable {
  /// How whole the song is; 0 to 1,000,000.
  package private(set) var harmony: Int64
  /// How far silence has crept in; 0 to 1,000,000.
  package private(set) var silence: Int64

  /// All there can be of either.
  package static let full: Int64 = 1_000_000
  /// By how much a standing has to move within an hour for that to be told: a tenth of what is shown.
  static let grain: Int64 = 100
  /// Where every region begins.
  package static let beginning = Self(harmony: full / 2, silence: 0)

  /// A standing; what is out of range is taken as the nearest that is not.
  package init(harmony: Int64, silence: Int64) {
    self.harmony = min(max(0, harmony), Self.full)
    self.silence = min(max(0, silence), Self.full)
  }

  /// The standing after an hour.
  ///
  /// Harmony goes some way to where it would come to rest, which is the lower, the more silence there is, and some way to that
  /// of the regions around. Silence creeps in where nobody sings, and goes where somebody does.
  ///
  /// - Parameters:
  ///   - neighbours: The mean of the regions around; nil if there are none.
  ///   - isNeglected: Whether no song was heard for as long as the rules allow.
  package func drifted(
    by rules: HarmonyRules, neighbours: Self?, isNeglected: Bool
  ) -> Self {
    let settling = Self.share(rules.settlingPermille)
    var harmony = harmony + (rest(by: rules) - harmony) * settling / 1_000
    var silence = silence
    if isNeglected {
      silence += min(max(0, rules.creep), Self.full)
    } else {
      silence -= silence * settling / 1_000
    }
    if let neighbours {
      let influence = Self.share(rules.influencePermille)
      harmony += (neighbours.harmony - harmony) * influence / 1_000
      silence += (neighbours.silence - silence) * influence / 1_000
    }
    return Self(harmony: harmony, silence: silence)
  }

  /// Where harmony would come to rest with the silence there is.
  package func rest(by rules: HarmonyRules) -> Int64 {
    min(max(0, rules.rest), Self.full) * (Self.full - silence) / Self.full
  }

  /// The standing after a song.
  ///
  /// - Parameters:
  ///   - quality: How good it was; -1,000, which hurts, to 1,000.
  ///   - weight: How much it counts, in thousandths; less than 1,000 for one that was heard just now.
  package func hearing(quality: Int64, weight: Int64, by rules: HarmonyRules) -> Self {
    let force = min(max(-1_000, quality), 1_000) * Self.share(weight)
    let reach = force >= 0 ? Self.full - harmony : harmony
    let moved = reach * Self.share(rules.songPermille) / 1_000 * force / 1_000_000
    let relieved = silence * Self.share(rules.reliefPermille) / 1_000 * max(0, force) / 1_000_000
    return Self(harmony: harmony + moved, silence: silence - relieved)
  }

  /// The standing with a part of what harmony lacks brought to it, and as large a part of the silence driven out; in thousandths.
  func renewed(by permille: Int64) -> Self {
    let share = Self.share(permille)
    return Self(
      harmony: harmony + (Self.full - harmony) * share / 1_000,
      silence: silence - silence * share / 1_000)
  }

  /// Whether it moved so little that nobody need be told.
  func isNear(_ other: Self) -> Bool {
    abs(harmony - other.harmony) < Self.grain && abs(silence - other.silence) < Self.grain
  }

  private static func share(_ permille: Int64) -> Int64 {
    min(max(0, permille), 1_000)
  }
}
