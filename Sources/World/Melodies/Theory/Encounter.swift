/// Two tones of two lines that sound together for a while.
struct Encounter: Sendable {
  /// The place of the one in its line.
  let first: Int
  /// The place of the other in its line.
  let second: Int
  /// From when, in ticks.
  let start: Int
  /// Until when, in ticks.
  let end: Int
  /// The pitch of the one.
  let firstPitch: Int
  /// The pitch of the other.
  let secondPitch: Int

  var semitones: Int { abs(firstPitch - secondPitch) }
  var duration: Int { end - start }

  /// All encounters of two lines, in order.
  ///
  /// - Complexity: O(tones).
  static func all(of first: [Tone], and second: [Tone]) -> [Self] {
    var found: [Self] = []
    var one = 0
    var other = 0
    while one < first.count, other < second.count {
      let (a, b) = (first[one], second[other])
      let start = max(a.start, b.start)
      let end = min(a.end, b.end)
      if start < end {
        found.append(
          Self(
            first: one, second: other, start: start, end: end, firstPitch: a.pitch,
            secondPitch: b.pitch))
      }
      if a.end <= b.end { one += 1 }
      if b.end <= a.end { other += 1 }
    }
    return found
  }
}

/// How a dissonance is led.
struct Leading {
  let lines: (first: [Tone], second: [Tone])
  let pulse: Pulse

  /// Whether a dissonance passes by from one consonance to the next, or resolves.
  ///
  /// - Parameters:
  ///   - former: The consonance that the two lines come from; nil if it is none.
  ///   - next: The consonance that they come to; nil if it is none.
  func excuses(_ encounter: Encounter, former: Encounter?, next: Encounter?) -> Bool {
    guard let next, next.start == encounter.end else { return false }
    if let former, former.end == encounter.start, isPassing(encounter) { return true }
    let moves = (next.firstPitch - encounter.firstPitch, next.secondPitch - encounter.secondPitch)
    switch encounter.semitones % 12 {
    case 1, 11:
      return isPrepared(encounter) && (-2 ... -1).contains(min(moves.0, moves.1))
        && max(moves.0, moves.1) <= 2
    case 6:
      return abs(moves.0) <= 2 && abs(moves.1) <= 2 && moves != (0, 0)
    default: return Interval.isStep(moves.0) || Interval.isStep(moves.1)
    }
  }

  /// Whether one of the two tones steps in and out on a weak beat.
  private func isPassing(_ encounter: Encounter) -> Bool {
    guard pulse.strength(at: encounter.start) < Pulse.strong, encounter.duration <= pulse.beat
    else { return false }
    return isStepwise(lines.first, encounter.first) || isStepwise(lines.second, encounter.second)
  }

  private func isStepwise(_ line: [Tone], _ index: Int) -> Bool {
    guard index > 0, index + 1 < line.count else { return false }
    let (before, tone, after) = (line[index - 1], line[index], line[index + 1])
    return before.end == tone.start && tone.end == after.start
      && Interval.isStep(tone.pitch - before.pitch) && Interval.isStep(after.pitch - tone.pitch)
  }

  /// Whether one of the two has sounded before, and is only now made a dissonance by the other.
  private func isPrepared(_ encounter: Encounter) -> Bool {
    let starts = (
      lines.first[encounter.first].start, lines.second[encounter.second].start
    )
    return starts.0 < encounter.start || starts.1 < encounter.start
  }
}
