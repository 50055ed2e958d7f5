package import Schema

/// Standard MIDI Files, as bytes: what notation programs read and write.
///
/// A piece of one voice is written as format 0, one of several as format 1, a track a voice behind one with tempo, metre and key. What is
/// written is read as the same piece again.
package enum StandardMIDIFile {
  /// How large a file is read at most, in bytes.
  package static let bytesMax = 1 << 20
  /// How many notes are read at most.
  package static let notesMax = MelodyRules.notesCeiling

  /// The channel of drums, which have no pitch.
  static let drums: UInt8 = 9
  /// What begins a text that names a mode that no key signature can.
  static let modeMark = "finalverse mode "

  /// The modes that no key signature can name, as they are called in a text.
  static let modes: [(name: String, mode: Mode)] = [
    ("dorian", .dorian), ("phrygian", .phrygian), ("lydian", .lydian), ("mixolydian", .mixolydian),
  ]

  /// The sharps in the key signature of each major key, from C upwards; flats are negative.
  static let sharps: [Int8] = [0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5]

  /// A piece as a file.
  ///
  /// - Parameter piece: One that was checked (``Schema/Piece/checked(notesMax:)``).
  package static func write(_ piece: Piece) -> [UInt8] {
    MIDIWriter.file(of: piece)
  }

  /// The piece that a file has.
  ///
  /// Formats 0 and 1 are read; of tempo, metre and key the first. Each channel of each track is a voice; notes of a channel that sound together
  /// become as many voices as it takes, the highest first. Drums, controllers and texts are left out.
  ///
  /// - Throws: ``MIDIFault`` for what is no such file, for more than four voices or ``notesMax`` notes, and for what is longer than a piece may be.
  /// - Complexity: O(bytes).
  package static func read(_ bytes: [UInt8]) throws(MIDIFault) -> Piece {
    guard bytes.count <= bytesMax else {
      throw MIDIFault(offset: 0, message: "The file is larger than \(bytesMax) bytes.")
    }
    var reader = MIDIReader(bytes)
    return try reader.contents().piece()
  }
}

/// Why a file is not read.
package struct MIDIFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where in the file, in bytes from its beginning; 0 for what concerns all of it.
  package let offset: Int
  /// A sentence for a person.
  package let message: String

  /// Where, and the sentence.
  package var description: String {
    offset == 0 ? message : "At byte \(offset): \(message)"
  }
}
