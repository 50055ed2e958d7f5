/// How two pitches sound together.
enum Interval {
  /// How a dissonance counts that is led as it should be: a little colour.
  static let colour = 100

  /// How consonant an interval is; -1,000 to 1,000.
  ///
  /// Thirds and sixths are the sweetest; fifths, and more so octaves, are pure and a little bare; a fourth is restless above the
  /// bass and at home above anything else. In other octaves dissonances are milder, but for the minor ninth.
  static func consonance(semitones: Int, isAboveBass: Bool) -> Int {
    let value =
      switch semitones % 12 {
      case 0: 500
      case 1: -1_000
      case 2: -500
      case 3, 4: 1_000
      case 5: isAboveBass ? -200 : 700
      case 6: -700
      case 7: 800
      case 8, 9: 900
      case 10: -400
      default: -900
      }
    return value < 0 && semitones > 13 ? value * 3 / 4 : value
  }

  /// How well a line goes from one pitch to the next; 0 to 1,000.
  static func smoothness(semitones: Int) -> Int {
    switch abs(semitones) {
    case 0: 750
    case 1, 2: 1_000
    case 3, 4: 900
    case 5, 7: 800
    case 8, 9, 12: 600
    case 6, 10, 11: 100
    default: 0
    }
  }

  /// Whether a line should not leap like that.
  static func isAwkward(semitones: Int) -> Bool {
    smoothness(semitones: semitones) <= 100
  }

  /// Whether a line steps to a neighbouring note.
  static func isStep(_ semitones: Int) -> Bool {
    (1...2).contains(abs(semitones))
  }
}
