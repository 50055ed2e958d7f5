import Schema

/// Which pitches a key has.
struct Scale: Sendable {
  /// The tonic's pitch class; 0 is C.
  let tonic: Int
  let mode: Mode

  init(_ key: MusicalKey) {
    tonic = Int(key.tonic % 12)
    mode = key.mode
  }

  /// How far above the tonic a pitch lies, regardless of octaves; 0 to 11.
  func degree(of pitch: Int) -> Int { (pitch % 12 + 12 - tonic) % 12 }

  /// Whether a pitch is of the key.
  ///
  /// In minor the sixth and the seventh may be raised, in the other old modes without a leading tone the seventh, but in Phrygian,
  /// which ends from above.
  func contains(_ pitch: Int) -> Bool { degrees.contains(degree(of: pitch)) }

  /// Whether the key is one of the bright ones, with a major third.
  var isMajor: Bool {
    switch mode {
    case .major, .lydian, .mixolydian: true
    case .minor, .dorian, .phrygian, .unspecified, .UNRECOGNIZED: false
    }
  }

  private var degrees: [Int] {
    switch mode {
    case .major: [0, 2, 4, 5, 7, 9, 11]
    case .minor: [0, 2, 3, 5, 7, 8, 9, 10, 11]
    case .dorian: [0, 2, 3, 5, 7, 9, 10, 11]
    case .phrygian: [0, 1, 3, 5, 7, 8, 10]
    case .lydian: [0, 2, 4, 6, 7, 9, 11]
    case .mixolydian: [0, 2, 4, 5, 7, 9, 10, 11]
    case .unspecified, .UNRECOGNIZED: []
    }
  }
}
