import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct MIDITests {
  @Test func `a note is written byte by byte as the standard has it`() {
    let piece = Piece.of("A4*2", title: "A", key: .of(9, .minor), beats: 3, tempo: 120)
    var expected: [UInt8] = Array("MThd".utf8) + [0, 0, 0, 6, 0, 0, 0, 1, 0x01, 0xE0]
    expected += Array("MTrk".utf8) + [0, 0, 0, 39]
    expected += [0, 0xFF, 0x03, 1, 0x41, 0, 0xFF, 0x51, 3, 0x07, 0xA1, 0x20]
    expected += [0, 0xFF, 0x58, 4, 3, 2, 24, 8, 0, 0xFF, 0x59, 2, 0, 1]
    expected += [0, 0x90, 69, 80, 0x87, 0x40, 0x80, 69, 64, 0, 0xFF, 0x2F, 0]
    #expect(StandardMIDIFile.write(piece) == expected)
  }

  @Test func `what is written is read as the same`() throws {
    var pieces = [
      Piece.frereJacques, try Piece.frereJacques.canon(of: 4, every: 3_840), .ground,
      .of("-*4 C4 - D4/2 -/2 E4*3/2", "C3*8", title: "Rests don't matter"),
    ]
    for mode in Mode.allCases where mode != .unspecified {
      for tonic in 0..<12 as Range<UInt32> { pieces.append(.of("C4", key: .of(tonic, mode))) }
    }
    for tempo in [20, 61, 97, 133, 299, 300] as [UInt32] { pieces.append(.of("C4", tempo: tempo)) }
    for (beats, unit) in [(16, 16), (1, 1), (7, 8), (3, 2)] as [(UInt32, UInt32)] {
      pieces.append(.of("C4", beats: beats, unit: unit))
    }
    for piece in pieces {
      let bytes = StandardMIDIFile.write(piece)
      #expect(try StandardMIDIFile.read(bytes) == piece)
      #expect(bytes[9] == (piece.voices.count == 1 ? 0 : 1))
    }
  }

  @Test func `running status, sysex, controllers and strange chunks are read over`() throws {
    var track: [UInt8] = [0, 0xF0, 3, 1, 2, 0xF7, 0, 0xFF, 0x7F, 2, 9, 9, 0, 0xB0, 7, 100]
    track += [0, 0xC0, 5, 0, 0x90, 60, 70, 0x60, 60, 0, 0, 62, 71, 0x60, 62, 0, 0, 0xFF, 0x2F, 0]
    let strange: [UInt8] = Array("XXXX".utf8) + [0, 0, 0, 1, 7]
    let piece = try StandardMIDIFile.read(.file(quarter: 96, strange, .track(track)))
    #expect(piece.voices == [.of("C4", dynamics: 70).followed(by: 62, dynamics: 71)])
    #expect(piece.title == "Untitled" && piece.tempo == 120)
    #expect(piece.key == .major(0) && piece.metre.beats == 4 && piece.metre.beatUnit == 4)
  }

  @Test func `chords and channels become voices, overlaps by a hair are cut, drums are left out`()
    throws
  {
    let chord: [UInt8] = [
      0, 0x90, 60, 64, 0, 64, 64, 0, 0x99, 36, 99, 0x83, 0x60, 0x80, 60, 0, 0, 64, 0, 0, 0x90, 62,
      64, 0x83, 0x60, 0x90, 65, 64, 0x14, 0x80, 62, 0, 0x83, 0x4C, 0x80, 65, 0,
    ]
    let piece = try StandardMIDIFile.read(.file(quarter: 480, .track(chord)))
    #expect(piece.voices == [.of("E4 D4 F4", dynamics: 64), .of("C4", dynamics: 64)])
  }

  @Test func `what cannot be a melody is refused with a reason`() {
    let five: [UInt8] = (0..<5).flatMap { [0, 0x90, 60 + UInt8($0), 64] as [UInt8] }
    let many: [UInt8] = (0..<600).flatMap { _ in [0, 0x90, 60, 64, 10, 60, 0] as [UInt8] }
    let long: [UInt8] = [0, 0x90, 60, 64, 0xFF, 0xFF, 0xFF, 0x7F, 60, 0]
    let lying: [UInt8] = Array("MTrk".utf8) + [0xFF, 0xFF, 0xFF, 0xFF]
    let cases: [([UInt8], String)] = [
      (Array("RIFF1234567890".utf8), "no Standard MIDI File"),
      (.file(format: 2, quarter: 96, .track([])), "format 2"),
      (.file(quarter: 0xE728, .track([])), "frames"),
      (.file(quarter: 0, .track([])), "frames"),
      (.file(quarter: 96), "no track"),
      (.file(quarter: 96, .track([])), "no notes"),
      (.file(quarter: 96, .track([0, 60, 64])), "no status"),
      (.file(quarter: 96, .track([0, 0xF1, 0])), "no place in a file"),
      (.file(quarter: 96, .track([0xFF, 0xFF, 0xFF, 0xFF, 0])), "four bytes"),
      (.file(quarter: 96, .track([0, 0x90, 60])), "cut off"),
      (.file(quarter: 96, .track([0, 0x90, 60, 0x80])), "a status in it"),
      (.file(quarter: 96, .track([0, 0xFF, 0x01, 99])), "cut off"),
      (.file(quarter: 96, lying), "cut off"),
      (.file(quarter: 96, .track(five)), "More than 4 voices"),
      (.file(quarter: 96, .track(many)), "600 notes"),
      (.file(quarter: 1, .track(long)), "longer than 2048 quarters"),
      (Array(repeating: 0, count: StandardMIDIFile.bytesMax + 1), "larger than"),
    ]
    for (bytes, reason) in cases {
      do throws(MIDIFault) {
        _ = try StandardMIDIFile.read(bytes)
        Issue.record("\(reason): it was read")
      } catch {
        #expect(error.message.contains(reason), "\(error)")
      }
    }
  }

  @Test func `nothing traps on what is cut off or changed`() throws {
    let bytes = StandardMIDIFile.write(try Piece.frereJacques.canon(of: 4, every: 3_840))
    for count in 0..<bytes.count { _ = try? StandardMIDIFile.read(Array(bytes[..<count])) }
    var draw = Draw(seed: 3)
    for _ in 0..<3_000 {
      var changed = bytes
      for _ in 0..<3 {
        changed[Int(draw.number(0...Int64(bytes.count - 1)))] = UInt8(draw.number(0...255))
      }
      guard let piece = try? StandardMIDIFile.read(changed) else { continue }
      #expect(piece.fault(notesMax: 512) == nil)
      #expect(try StandardMIDIFile.read(StandardMIDIFile.write(piece)) == piece)
    }
  }

  @Test(arguments: [
    ("  The Old Mill \u{7}(draft) ", "The Old Mill draft"), ("", "Untitled"), ("!!!", "Untitled"),
    (String(repeating: "word ", count: 20), "word word word word word word word word"),
    ("don't", "don't"),
  ])
  func `any text becomes a title`(text: String, title: String) {
    #expect(Piece.title(from: text) == title)
  }
}

extension [UInt8] {
  /// A file of chunks.
  fileprivate static func file(format: UInt8 = 0, quarter: UInt16, _ chunks: Self...) -> Self {
    Self("MThd".utf8)
      + [0, 0, 0, 6, 0, format, 0, 1, UInt8(quarter >> 8), UInt8(quarter & 0xFF)]
      + chunks.flatMap(\.self)
  }

  /// A track of events.
  fileprivate static func track(_ events: Self) -> Self {
    Self("MTrk".utf8) + [0, 0, UInt8(events.count >> 8), UInt8(events.count & 0xFF)] + events
  }
}

extension Voice {
  /// The voice, and a quarter behind it.
  fileprivate func followed(by pitch: UInt32, dynamics: UInt32) -> Self {
    var voice = self
    voice.notes.append(
      .with {
        $0.pitch = pitch
        $0.start = notes.last.map { $0.start + $0.duration } ?? 0
        $0.duration = 480
        $0.dynamics = dynamics
      })
    return voice
  }
}
