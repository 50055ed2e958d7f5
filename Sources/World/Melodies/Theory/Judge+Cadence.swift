import Schema

// How a piece ends.

extension Judge {
  /// How the piece ends: what the bass does last, under a chord that fits.
  func cadence() -> Cadence {
    guard let last = music.lines.joined().map(\.start).max() else { return .unspecified }
    let chord = music.tones(at: last).compactMap(\.self)
    guard let bass = chord.map(\.pitch).min(),
      let former = formerChord(before: last, otherThan: bass)
    else { return .unspecified }
    let degrees = Set(chord.map { music.scale.degree(of: $0.pitch) })
    let formerDegrees = Set(former.map { music.scale.degree(of: $0.pitch) })
    let formerBass = former.map(\.pitch).min().map { music.scale.degree(of: $0) }
    switch music.scale.degree(of: bass) {
    case 0 where degrees.isSubset(of: [0, 3, 4, 7]):
      if formerBass == 7 { return .authentic }
      if formerBass == 5 { return .plagal }
      let isDominant = formerDegrees.isSubset(of: [2, 5, 7, 11])
      return isDominant && !formerDegrees.isDisjoint(with: [2, 11]) ? .authentic : .unspecified
    case 7 where degrees.isSubset(of: [7, 10, 11, 2]): return .half
    case 8, 9: return formerBass == 7 ? .deceptive : .unspecified
    case let degree where chord.count == 1: return cadence(ofLineOn: degree, after: formerBass)
    default: return .unspecified
    }
  }

  /// A line alone may end on the third, or wait on another note of the dominant.
  private func cadence(ofLineOn degree: Int, after former: Int?) -> Cadence {
    switch degree {
    case 3, 4: former == 2 || former == 5 ? .authentic : .unspecified
    case 2, 11: .half
    default: .unspecified
    }
  }

  /// The last chord over another bass.
  private func formerChord(before tick: Int, otherThan bass: Int) -> [Tone]? {
    let onsets = Set(music.lines.joined().map(\.start)).filter { $0 < tick }.sorted()
    for onset in onsets.reversed() {
      let chord = music.tones(at: onset).compactMap(\.self)
      if let former = chord.map(\.pitch).min(), (former - bass) % 12 != 0 { return chord }
    }
    return nil
  }
}

extension Cadence {
  /// What the ending of several voices is worth; -1,000 to 1,000.
  var value: Int {
    switch self {
    case .authentic: 1_000
    case .plagal: 800
    case .half, .deceptive: 300
    case .unspecified, .UNRECOGNIZED: -400
    }
  }

  /// What the ending of one line is worth; 0 to 1,000.
  var valueOfLine: Int {
    switch self {
    case .authentic: 1_000
    case .plagal: 800
    case .half, .deceptive: 500
    case .unspecified, .UNRECOGNIZED: 0
    }
  }
}
