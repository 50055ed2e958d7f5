import Schema

// How a line goes by itself.

extension Judge {
  /// How well a line goes; -1,000 to 1,000.
  mutating func judgeLine(_ voice: Int) -> Int {
    let line = music.lines[voice]
    findLeaps(in: line, voice)
    findStrangers(in: line, voice)
    let score =
      450 * membership(of: line) + 350 * smoothness(of: line) + 100 * range(of: line)
      + 100 * recurrence(in: line)
    return score / 500 - 1_000
  }

  /// How much of the time the line keeps to the key; none for as much as chance would.
  private func membership(of line: [Tone]) -> Int {
    var inside = 0
    var length = 0
    for tone in line {
      length += tone.duration
      if music.scale.contains(tone.pitch) { inside += tone.duration }
    }
    return scaled(inside * 1_000 / max(1, length), from: 600, to: 1_000)
  }

  /// How the line goes from note to note.
  ///
  /// A leap that is made up for by going back counts nearly as a step.
  private func smoothness(of line: [Tone]) -> Int {
    guard line.count > 1 else { return 500 }
    var sum = 0
    for index in 1..<line.count {
      let move = line[index].pitch - line[index - 1].pitch
      var value = Interval.smoothness(semitones: move)
      if (5...9).contains(abs(move)), abs(move) != 6, index + 1 < line.count {
        let back = line[index + 1].pitch - line[index].pitch
        if back.signum() == -move.signum(), abs(back) <= 4 { value = 900 }
      }
      sum += value
    }
    return scaled(sum / (line.count - 1), from: 400, to: 900)
  }

  /// Whether the line has a range that can be sung.
  private func range(of line: [Tone]) -> Int {
    let pitches = line.map(\.pitch)
    guard let lowest = pitches.min(), let highest = pitches.max() else { return 0 }
    switch highest - lowest {
    case 0: return 0
    case 1...2: return 500
    case 3...19: return 1_000
    case 20...28: return 600
    default: return 200
    }
  }

  /// Whether the line comes back to what it said, and says more than one thing.
  ///
  /// What comes back is a figure of four notes: three moves, with their rhythm.
  private func recurrence(in line: [Tone]) -> Int {
    if line.count >= 4, Set(line.map(\.pitch)).count == 1 { return 0 }
    guard line.count >= 8 else { return 800 }
    var counts: [Figure: Int] = [:]
    let figures = (3..<line.count).map { Figure(of: line, endingAt: $0) }
    for figure in figures { counts[figure, default: 0] += 1 }
    let again = figures.count { counts[$0, default: 0] > 1 }
    switch again * 1_000 / figures.count {
    case 0: return 600
    case 950...: return counts.count == 1 ? 300 : 800
    default: return 1_000
    }
  }

  /// Leaps that should not be, between notes without a rest in between.
  private mutating func findLeaps(in line: [Tone], _ voice: Int) {
    for index in line.indices.dropFirst() {
      let (before, tone) = (line[index - 1], line[index])
      let move = tone.pitch - before.pitch
      guard before.end == tone.start, Interval.isAwkward(semitones: move) else { continue }
      findings.append(
        Finding(
          kind: .leap, first: (voice, index - 1), second: (voice, index), tick: tone.start,
          semitones: abs(move), weight: 100 * music.pulse.strength(at: tone.start)))
    }
  }

  /// Notes that begin on a strong beat and are not of the key.
  private mutating func findStrangers(in line: [Tone], _ voice: Int) {
    for (index, tone) in line.enumerated() where !music.scale.contains(tone.pitch) {
      let strength = music.pulse.strength(at: tone.start)
      guard strength >= Pulse.strong else { continue }
      findings.append(
        Finding(
          kind: .outsideKey, first: (voice, index), second: (voice, index), tick: tone.start,
          semitones: 0, weight: 50 * strength))
    }
  }

  /// A share of the way from one number to another, in thousandths; 0 before it, 1,000 behind.
  private func scaled(_ value: Int, from low: Int, to high: Int) -> Int {
    (min(max(value, low), high) - low) * 1_000 / (high - low)
  }
}

/// Four notes, wherever they lie.
private struct Figure: Hashable {
  let moves: [Int]
  let durations: [Int]

  init(of line: [Tone], endingAt last: Int) {
    moves = (last - 2...last).map { line[$0].pitch - line[$0 - 1].pitch }
    durations = (last - 3...last).map { line[$0].duration }
  }
}
