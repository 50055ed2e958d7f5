import Schema
import World

/// Standard MIDI Files.
enum MIDIDecoding {
  /// Reads a file: what becomes of it can be played, and is read as the same again once it was written.
  static func decode(_ bytes: [UInt8]) {
    guard let piece = try? StandardMIDIFile.read(bytes) else { return }
    precondition(
      piece.fault(notesMax: StandardMIDIFile.notesMax) == nil, "a piece cannot be played")
    let written = StandardMIDIFile.write(piece)
    precondition(
      (try? StandardMIDIFile.read(written)) == piece, "what was written is read otherwise")
  }
}
