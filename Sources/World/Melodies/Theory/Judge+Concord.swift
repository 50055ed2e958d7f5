import Schema

// How voices sound together.

extension Judge {
  /// How voices sound together.
  struct Concord {
    /// The sum of how consonant each moment is, by length and strength of beat.
    var sum = 0
    /// The sum of lengths and strengths.
    var measure = 0
    /// The sum of what is dissonant on strong beats and does not resolve.
    var roughness = 0
    /// How often two voices move at once.
    var motions = 0
    /// How often they do so in parallel fifths or octaves.
    var parallels = 0
    /// For how long voices sound together.
    var together = 0
    /// For how long they are crossed.
    var crossed = 0
    /// How often a leading tone does not resolve.
    var strayed = 0

    /// -1,000 to 1,000.
    var consonance: Int { measure == 0 ? 0 : sum / measure }

    /// Consonance, of which no music has all there is; -1,000 to 1,000.
    var sweetness: Int { min(max(-1_000, consonance * 5 / 4), 1_000) }

    /// What is taken off for breaking rules.
    var penalty: Int {
      let rough = measure == 0 ? 0 : 3 * roughness / measure
      let parallel = motions == 0 ? 0 : parallels * 1_000 / motions
      let cross = together == 0 ? 0 : crossed * 300 / together
      return rough + parallel + cross + min(2, strayed) * 150
    }
  }

  /// Looks at each pair of voices, and at where the bass leads.
  mutating func concord() -> Concord {
    var concord = Concord()
    for first in music.lines.indices {
      for second in music.lines.indices.dropFirst(first + 1) {
        compare(first, second, &concord)
      }
    }
    findStrayedLeadingTones(&concord)
    return concord
  }

  private mutating func compare(_ first: Int, _ second: Int, _ concord: inout Concord) {
    let lines = (first: music.lines[first], second: music.lines[second])
    let encounters = Encounter.all(of: lines.first, and: lines.second)
    let leading = Leading(lines: lines, pulse: music.pulse)
    let isApart = Self.mean(of: lines.first) - Self.mean(of: lines.second) >= 5
    for (index, encounter) in encounters.enumerated() {
      let around = [index - 1, index + 1].map { place in
        encounters.indices.contains(place) && consonance(of: encounters[place]) > 0
          ? encounters[place] : nil
      }
      weigh(encounter, between: around, leading, (first, second), &concord)
      if index > 0 {
        compareMotion(encounters[index - 1], encounter, (first, second), &concord)
      }
      concord.together += encounter.duration
      if isApart, encounter.secondPitch > encounter.firstPitch {
        concord.crossed += encounter.duration
        note(.voiceCrossing, encounter, (first, second), weight: 50)
      }
    }
  }

  /// Adds how an encounter sounds, and what is wrong with it.
  ///
  /// - Parameter around: The consonances that the voices come from and go to; nil where they are none.
  private mutating func weigh(
    _ encounter: Encounter, between around: [Encounter?], _ leading: Leading,
    _ voices: (Int, Int), _ concord: inout Concord
  ) {
    var value = consonance(of: encounter)
    let strength = music.pulse.strength(from: encounter.start, to: encounter.end)
    let measure = strength * encounter.duration
    if value < 0 {
      if leading.excuses(encounter, former: around[0], next: around[1]) {
        value = Interval.colour
      } else {
        if strength >= Pulse.strong { concord.roughness -= value * measure }
        note(
          Self.kind(of: encounter), encounter, voices,
          weight: -value * measure / (10 * Music.quarter))
      }
    }
    concord.sum += value * measure
    concord.measure += measure
  }

  private func consonance(of encounter: Encounter) -> Int {
    let lower = min(encounter.firstPitch, encounter.secondPitch)
    let isAboveBass = encounter.semitones % 12 == 5 && music.bass(at: encounter.start) == lower
    return Interval.consonance(semitones: encounter.semitones, isAboveBass: isAboveBass)
  }

  /// Adds how two voices go from one encounter to the next, and whether they do so in parallel.
  private mutating func compareMotion(
    _ former: Encounter, _ encounter: Encounter, _ voices: (Int, Int), _ concord: inout Concord
  ) {
    let first = encounter.firstPitch - former.firstPitch
    let second = encounter.secondPitch - former.secondPitch
    guard former.end == encounter.start, first != 0, second != 0 else { return }
    concord.motions += 1
    let interval = encounter.semitones % 12
    guard first.signum() == second.signum(), interval == former.semitones % 12,
      interval == 0 || interval == 7
    else { return }
    concord.parallels += 1
    let strength = music.pulse.strength(at: encounter.start)
    note(
      interval == 7 ? .parallelFifths : .parallelOctaves, encounter, voices,
      weight: 150 * strength)
  }

  /// The leading tones of the highest voice that do not go to the tonic where the bass does, coming from the dominant.
  private mutating func findStrayedLeadingTones(_ concord: inout Concord) {
    let onsets = Set(music.lines.joined().map(\.start)).sorted()
    for (before, now) in zip(onsets, onsets.dropFirst()) {
      guard let former = music.bass(at: before), let bass = music.bass(at: now),
        music.scale.degree(of: former) == 7, music.scale.degree(of: bass) == 0
      else { continue }
      let tones = zip(music.tones(at: before), music.tones(at: now)).enumerated()
      let sounding = tones.compactMap { voice, pair in pair.0.map { (voice, $0, pair.1) } }
      guard let (voice, tone, follower) = sounding.max(by: { $0.1.pitch < $1.1.pitch }),
        let next = follower, tone.end == now, music.scale.degree(of: tone.pitch) == 11,
        music.scale.degree(of: next.pitch) != 0
      else { continue }
      concord.strayed += 1
      let index = music.lines[voice].partitioningIndex { $0.start >= next.start }
      findings.append(
        Finding(
          kind: .leadingTone, first: (voice, index - 1), second: (voice, index), tick: now,
          semitones: abs(next.pitch - tone.pitch), weight: 500))
    }
  }

  private mutating func note(
    _ kind: ConflictKind, _ encounter: Encounter, _ voices: (Int, Int), weight: Int
  ) {
    findings.append(
      Finding(
        kind: kind, first: (voices.0, encounter.first), second: (voices.1, encounter.second),
        tick: encounter.start, semitones: encounter.semitones, weight: weight))
  }

  private static func kind(of encounter: Encounter) -> ConflictKind {
    switch encounter.semitones % 12 {
    case 1, 11: .semitone
    case 6: .tritone
    default: .dissonance
    }
  }

  private static func mean(of line: [Tone]) -> Int {
    line.reduce(0) { $0 + $1.pitch } / max(1, line.count)
  }
}
