import Schema

/// How strong each moment of a bar is.
struct Pulse: Sendable {
  /// Ticks of a beat.
  let beat: Int
  /// Ticks of a bar.
  let bar: Int
  /// The ticks from one strong beat to the next: half a bar, or three eighths where eighths come in threes.
  private let group: Int

  /// The strength of a bar's first beat.
  static let downbeat = 4
  /// The strength from which a beat is strong.
  static let strong = 3

  /// The pulse of a metre that was checked.
  init(_ metre: Metre) {
    let beats = max(1, Int(metre.beats))
    beat = 4 * Music.quarter / max(1, Int(metre.beatUnit))
    bar = beat * beats
    if metre.beatUnit >= 8, beats > 3, beats % 3 == 0 {
      group = 3 * beat
    } else {
      group = beats >= 4 && beats % 2 == 0 ? bar / 2 : bar
    }
  }

  /// The strength of a moment: 4 the first beat, 3 one in the middle, 2 other beats, 1 what lies between.
  func strength(at tick: Int) -> Int {
    if tick % bar == 0 { return Self.downbeat }
    if tick % group == 0 { return Self.strong }
    return tick % beat == 0 ? 2 : 1
  }

  /// The strength of the strongest moment of a stretch that is not empty.
  func strength(from start: Int, to end: Int) -> Int {
    for (step, strength) in [(bar, Self.downbeat), (group, Self.strong), (beat, 2)]
    where (start + step - 1) / step * step < end {
      return strength
    }
    return 1
  }

  /// The bar that a moment lies in, from 1, and the beat, in thousandths, from 1,000.
  func place(of tick: Int) -> (bar: Int, beatPermille: Int) {
    (tick / bar + 1, tick % bar * 1_000 / beat + 1_000)
  }
}
