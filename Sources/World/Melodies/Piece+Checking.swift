package import Schema
import SwiftProtobuf

/// What is wrong with a piece.
package struct PieceFault: Error, Hashable, Sendable {
  /// The field of the piece, in snake case: `voices[0].notes[3].start`.
  package let field: String
  /// A sentence for a person.
  package let message: String
}

extension Piece {
  /// How long a title may be.
  static let titleCharacters: ClosedRange<Int> = 1...40

  /// What is wrong with the piece; nil when nothing is.
  ///
  /// - Complexity: O(notes), and no more than `notesMax` of them are looked at.
  package func fault(notesMax: UInt32) -> PieceFault? {
    if let fault = NameRule.fault(in: title, characters: Self.titleCharacters) {
      return PieceFault(field: "title", message: "The title \(fault).")
    }
    guard key.tonic <= 11, key.mode != .unspecified, Mode.allCases.contains(key.mode) else {
      return PieceFault(field: "key", message: "The key has a tonic from 0 to 11 and a mode.")
    }
    guard (1...16).contains(metre.beats), [1, 2, 4, 8, 16].contains(metre.beatUnit) else {
      return PieceFault(
        field: "metre", message: "The metre has 1 to 16 beats of 1, 2, 4, 8 or 16.")
    }
    guard (20...300).contains(tempo) else {
      return PieceFault(
        field: "tempo", message: "The tempo is 20 to 300; \(tempo) is not possible.")
    }
    guard (1...Music.voicesMax).contains(voices.count) else {
      return PieceFault(
        field: "voices", message: "There are 1 to \(Music.voicesMax) voices, not \(voices.count).")
    }
    guard noteCount <= Int(notesMax) else {
      return PieceFault(
        field: "voices", message: "It has \(noteCount) notes; \(notesMax) are allowed.")
    }
    for (index, voice) in voices.enumerated() {
      if let fault = voice.fault(in: "voices[\(index)]") { return fault }
    }
    return nil
  }

  /// The piece of this program's own fields.
  ///
  /// - Throws: ``PieceFault``
  package func checked(notesMax: UInt32) throws(PieceFault) -> Self {
    if let fault = fault(notesMax: notesMax) { throw fault }
    return .with {
      $0.title = title
      $0.key.tonic = key.tonic
      $0.key.mode = key.mode
      $0.metre.beats = metre.beats
      $0.metre.beatUnit = metre.beatUnit
      $0.tempo = tempo
      $0.voices = voices.map { voice in
        .with { $0.notes = voice.notes.map(\.plain) }
      }
    }
  }
}

extension Voice {
  fileprivate func fault(in field: String) -> PieceFault? {
    guard !notes.isEmpty else {
      return PieceFault(field: "\(field).notes", message: "A voice has at least one note.")
    }
    var end: UInt32 = 0
    for (index, note) in notes.enumerated() {
      let place = "\(field).notes[\(index)]"
      guard note.pitch <= 127 else {
        return PieceFault(field: "\(place).pitch", message: "A pitch is 0 to 127.")
      }
      guard (1...127).contains(note.dynamics) else {
        return PieceFault(field: "\(place).dynamics", message: "Dynamics are 1 to 127.")
      }
      let last = note.start.addingReportingOverflow(note.duration)
      guard note.duration > 0, !last.overflow, last.partialValue <= Music.lengthMax else {
        return PieceFault(
          field: "\(place).duration",
          message: "A note sounds for 1 tick and more, and ends by tick \(Music.lengthMax).")
      }
      guard note.start >= end else {
        return PieceFault(
          field: "\(place).start",
          message: "A voice has one note at a time; the one before ends at tick \(end).")
      }
      end = last.partialValue
    }
    return nil
  }
}

extension Note {
  /// The note of this program's own fields.
  fileprivate var plain: Self {
    .with {
      $0.pitch = pitch
      $0.start = start
      $0.duration = duration
      $0.dynamics = dynamics
    }
  }
}
