import Schema
import SwiftProtobuf

/// Several melodies put together as one.
struct Combination {
  /// How many melodies are put together.
  static let parts = 2...4
  /// How often one is played at most.
  static let timesMax: UInt32 = 64
  /// By how many semitones one is moved at most.
  static let transpositions: ClosedRange<Int64> = -36...36

  /// The melody, without a title.
  private(set) var piece: Piece
  private let notesMax: Int

  /// A combination with nothing in it yet, in the key, metre and tempo of its first part.
  init(like first: Piece, notesMax: UInt32) {
    piece = .with {
      $0.key = first.key
      $0.metre = first.metre
      $0.tempo = first.tempo
    }
    self.notesMax = Int(notesMax)
  }

  /// Adds a part.
  ///
  /// - Parameters:
  ///   - part: How it is to be played.
  ///   - melody: What it is.
  /// - Throws: A fault whose field is one of `part`.
  mutating func add(_ part: CombinedMelody, _ melody: Piece) throws(PieceFault) {
    guard part.delay <= Music.lengthMax else {
      throw PieceFault(field: "delay", message: "A part begins by tick \(Music.lengthMax).")
    }
    guard Self.transpositions.contains(part.transposition) else {
      throw PieceFault(
        field: "transposition", message: "A part is moved by at most 36 semitones.")
    }
    guard part.times <= Self.timesMax else {
      throw PieceFault(
        field: "times", message: "A part is played at most \(Self.timesMax) times.")
    }
    guard piece.voices.count + melody.voices.count <= Music.voicesMax else {
      throw PieceFault(
        field: "melody", message: "With this part there are more than \(Music.voicesMax) voices.")
    }
    let times = max(1, Int(part.times))
    guard piece.noteCount + melody.noteCount * times <= notesMax else {
      throw PieceFault(
        field: "times", message: "With this part there are more than \(notesMax) notes.")
    }
    let stride = times == 1 ? 0 : melody.length
    for voice in melody.voices {
      piece.voices.append(try voice.played(times, every: stride, part))
    }
  }
}

extension Piece {
  /// Its length in ticks, up to the end of its last bar.
  fileprivate var length: Int {
    let end = voices.compactMap { $0.notes.last }.map { Int($0.start) + Int($0.duration) }.max()
    let bar = Pulse(metre).bar
    return ((end ?? 0) + bar - 1) / bar * bar
  }
}

extension Voice {
  /// The voice, moved in time and pitch, several times.
  fileprivate func played(
    _ times: Int, every stride: Int, _ part: CombinedMelody
  ) throws(PieceFault) -> Self {
    var played = Self()
    for time in 0..<times {
      for note in notes {
        let pitch = Int(note.pitch) + Int(part.transposition)
        let start = Int(note.start) + Int(part.delay) + time * stride
        guard (0...127).contains(pitch) else {
          throw PieceFault(
            field: "transposition", message: "A note would be pitch \(pitch); 0 to 127 can be.")
        }
        guard start + Int(note.duration) <= Music.lengthMax else {
          throw PieceFault(
            field: time == 0 ? "delay" : "times",
            message: "A note would end after tick \(Music.lengthMax).")
        }
        played.notes.append(
          .with {
            $0.pitch = UInt32(pitch)
            $0.start = UInt32(start)
            $0.duration = note.duration
            $0.dynamics = note.dynamics
          })
      }
    }
    return played
  }
}
