import Schema

/// Writes Standard MIDI Files.
struct MIDIWriter {
  /// What has been written.
  private(set) var bytes: [UInt8] = []

  static func file(of piece: Piece) -> [UInt8] {
    var writer = MIDIWriter()
    let isAlone = piece.voices.count == 1
    writer.bytes += Array("MThd".utf8)
    writer.number(6, byteCount: 4)
    writer.number(isAlone ? 0 : 1, byteCount: 2)
    writer.number(isAlone ? 1 : piece.voices.count + 1, byteCount: 2)
    writer.number(Music.quarter, byteCount: 2)
    var first = MIDIWriter()
    first.describe(piece)
    if isAlone, let voice = piece.voices.first { first.play(voice, channel: 0) }
    writer.track(first)
    guard !isAlone else { return writer.bytes }
    for (channel, voice) in piece.voices.enumerated() {
      var track = MIDIWriter()
      track.play(voice, channel: UInt8(truncatingIfNeeded: channel))
      writer.track(track)
    }
    return writer.bytes
  }

  /// Title, tempo, metre and key.
  private mutating func describe(_ piece: Piece) {
    meta(0x03, Array(piece.title.utf8))
    var tempo = MIDIWriter()
    tempo.number(60_000_000 / max(1, Int(piece.tempo)), byteCount: 3)
    meta(0x51, tempo.bytes)
    let unit = max(1, piece.metre.beatUnit)
    meta(
      0x58,
      [
        UInt8(truncatingIfNeeded: piece.metre.beats),
        UInt8(truncatingIfNeeded: unit.trailingZeroBitCount),
        UInt8(truncatingIfNeeded: 96 / unit), 8,
      ])
    let isMinor = piece.key.mode == .minor
    let major = (Int(piece.key.tonic) + 12 - piece.key.mode.degreeOfMajor) % 12
    meta(0x59, [UInt8(bitPattern: StandardMIDIFile.sharps[major]), isMinor ? 1 : 0])
    if let named = StandardMIDIFile.modes.first(where: { $0.mode == piece.key.mode }) {
      meta(0x01, Array((StandardMIDIFile.modeMark + named.name).utf8))
    }
  }

  private mutating func play(_ voice: Voice, channel: UInt8) {
    var now: UInt32 = 0
    for note in voice.notes {
      let pitch = UInt8(truncatingIfNeeded: note.pitch)
      length(Int(note.start - now))
      bytes += [0x90 | channel, pitch, UInt8(truncatingIfNeeded: note.dynamics)]
      length(Int(note.duration))
      bytes += [0x80 | channel, pitch, 64]
      now = note.start + note.duration
    }
  }

  private mutating func track(_ track: MIDIWriter) {
    var ended = track
    ended.meta(0x2F, [])
    bytes += Array("MTrk".utf8)
    number(ended.bytes.count, byteCount: 4)
    bytes += ended.bytes
  }

  private mutating func meta(_ kind: UInt8, _ content: [UInt8]) {
    bytes += [0x00, 0xFF, kind]
    length(content.count)
    bytes += content
  }

  private mutating func number(_ value: Int, byteCount: Int) {
    for index in (0..<byteCount).reversed() {
      bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index)))
    }
  }

  /// A number in groups of seven bits, the highest first.
  private mutating func length(_ value: Int) {
    var groups = [UInt8(value & 0x7F)]
    var rest = value >> 7
    while rest > 0 {
      groups.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes += groups.reversed()
  }
}

extension Mode {
  /// Which degree of its major scale the mode begins on, in semitones.
  var degreeOfMajor: Int {
    switch self {
    case .major, .unspecified, .UNRECOGNIZED: 0
    case .dorian: 2
    case .phrygian: 4
    case .lydian: 5
    case .mixolydian: 7
    case .minor: 9
    }
  }
}
