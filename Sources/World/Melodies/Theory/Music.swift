import Schema

/// A note as the rules of music look at it; times in ticks.
struct Tone: Hashable, Sendable {
  let pitch: Int
  let start: Int
  let end: Int

  var duration: Int { end - start }
}

/// A piece as the rules of music look at it: lines of tones that follow one another, in a key and a metre.
///
/// Whoever makes one has checked the piece: at most ``Music/voicesMax`` lines, none empty, and times below ``Music/lengthMax``.
struct Music: Sendable {
  /// Ticks of a quarter.
  static let quarter = 480
  /// By which tick the last note has ended: 512 bars of four quarters.
  static let lengthMax = 512 * 4 * quarter
  /// How many voices a piece has at most.
  static let voicesMax = 4

  let scale: Scale
  let pulse: Pulse
  /// Quarters in a minute.
  let tempo: Int
  let lines: [[Tone]]

  init(scale: Scale, pulse: Pulse, tempo: Int, lines: [[Tone]]) {
    self.scale = scale
    self.pulse = pulse
    self.tempo = tempo
    self.lines = lines
  }

  /// The music of a piece that was checked.
  init(_ piece: Piece) {
    self.init(
      scale: Scale(piece.key), pulse: Pulse(piece.metre), tempo: Int(piece.tempo),
      lines: piece.voices.map { voice in
        voice.notes.map { note in
          let start = Int(note.start)
          return Tone(pitch: Int(note.pitch), start: start, end: start + Int(note.duration))
        }
      })
  }

  /// The tones that sound at a time, by line; nil where a line rests.
  ///
  /// - Complexity: O(lines × log tones).
  func tones(at tick: Int) -> [Tone?] {
    lines.map { line in
      let next = line.partitioningIndex { $0.start > tick }
      guard next > 0, line[next - 1].end > tick else { return nil }
      return line[next - 1]
    }
  }

  /// The lowest pitch that sounds at a time; nil in silence.
  func bass(at tick: Int) -> Int? {
    tones(at: tick).compactMap { $0?.pitch }.min()
  }
}
