import Schema
import SwiftProtobuf

/// What a Standard MIDI File has: notes by track and channel, in its own ticks, and what it says of itself first.
struct MIDIContents {
  /// A note.
  struct Sound {
    let pitch: UInt8
    let dynamics: UInt8
    let start: Int
    let end: Int
  }

  /// By how much notes that follow one another may overlap, in ticks of a piece: a 64th.
  ///
  /// Then the first is cut short.
  private static let legato = 30

  private let quarter: Int
  private(set) var trackCount = 0
  private var title: String?
  private var tempo: UInt32?
  private var metre: Metre?
  private var key: MusicalKey?
  private var mode: Mode?
  /// The notes of each channel of each track, tracks in order.
  private var channels: [[Sound]] = []
  /// The notes of the track being read, by channel.
  private var sounds = [[Sound]](repeating: [], count: 16)
  /// What sounds in the track being read, by channel and pitch: since when, and how loud.
  private var sounding: [Int: (start: Int, dynamics: UInt8)] = [:]

  init(quarter: Int) {
    self.quarter = quarter
  }
}

// What a reader comes upon.
extension MIDIContents {
  mutating func beginTrack() {
    trackCount += 1
  }

  mutating func begin(_ pitch: UInt8, channel: UInt8, dynamics: UInt8, at now: Int) {
    guard channel != StandardMIDIFile.drums else { return }
    end(pitch, channel: channel, at: now)
    sounding[Int(channel) << 7 | Int(pitch)] = (now, dynamics)
  }

  mutating func end(_ pitch: UInt8, channel: UInt8, at now: Int) {
    guard let begun = sounding.removeValue(forKey: Int(channel) << 7 | Int(pitch)) else { return }
    sounds[Int(channel)].append(
      Sound(pitch: pitch, dynamics: begun.dynamics, start: begun.start, end: now))
  }

  /// Ends the track, and what still sounds.
  mutating func endTrack(at now: Int) {
    for key in sounding.keys.sorted() {
      end(UInt8(key & 0x7F), channel: UInt8(key >> 7), at: now)
    }
    channels += sounds.filter { !$0.isEmpty }
    sounds = Array(repeating: [], count: 16)
  }

  mutating func note(title bytes: ArraySlice<UInt8>) {
    if title == nil {
      title = Piece.title(from: String(decoding: bytes.prefix(400), as: UTF8.self))
    }
  }

  mutating func note(text bytes: ArraySlice<UInt8>) {
    let text = String(decoding: bytes.prefix(100), as: UTF8.self)
    guard mode == nil, text.hasPrefix(StandardMIDIFile.modeMark) else { return }
    let name = text.dropFirst(StandardMIDIFile.modeMark.count)
    mode = StandardMIDIFile.modes.first { $0.name == name }?.mode
  }

  mutating func note(tempo bytes: ArraySlice<UInt8>) {
    guard tempo == nil, bytes.count == 3 else { return }
    let microseconds = max(1, bytes.reduce(0) { $0 << 8 | Int($1) })
    let quarters = (60_000_000 + microseconds / 2) / microseconds
    tempo = UInt32(min(max(20, quarters), 300))
  }

  mutating func note(metre bytes: ArraySlice<UInt8>) {
    guard metre == nil, bytes.count == 4, let beats = bytes.first,
      let exponent = bytes.dropFirst().first, (1...16).contains(beats), exponent <= 4
    else { return }
    metre = Metre.with {
      $0.beats = UInt32(beats)
      $0.beatUnit = 1 << UInt32(exponent)
    }
  }

  mutating func note(key bytes: ArraySlice<UInt8>) {
    guard key == nil, bytes.count == 2, let first = bytes.first, let isMinor = bytes.last else {
      return
    }
    let sharps = Int(Int8(bitPattern: first))
    guard (-7...7).contains(sharps), isMinor <= 1 else { return }
    // Each sharp is a fifth upwards.
    let major = (sharps * 7 + 84) % 12
    key = MusicalKey.with {
      $0.mode = isMinor == 1 ? .minor : .major
      $0.tonic = UInt32((major + $0.mode.degreeOfMajor) % 12)
    }
  }
}

// What becomes of it.
extension MIDIContents {
  /// The piece.
  ///
  /// - Throws: ``MIDIFault`` when it has no notes, too many, too many voices, or is too long.
  func piece() throws(MIDIFault) -> Piece {
    let count = channels.reduce(0) { $0 + $1.count }
    guard count > 0 else { throw MIDIFault(offset: 0, message: "It has no notes.") }
    guard count <= Int(StandardMIDIFile.notesMax) else {
      throw MIDIFault(
        offset: 0,
        message: "It has \(count) notes; \(StandardMIDIFile.notesMax) are read at most.")
    }
    var voices: [Voice] = []
    for channel in channels {
      voices += try self.voices(of: channel)
      guard voices.count <= Music.voicesMax else {
        throw MIDIFault(
          offset: 0,
          message:
            "More than \(Music.voicesMax) voices sound at once, chords counted by their notes.")
      }
    }
    return .with {
      $0.title = title ?? Piece.untitled
      $0.key = keyFound()
      $0.metre = metre ?? Metre.with { ($0.beats, $0.beatUnit) = (4, 4) }
      $0.tempo = tempo ?? 120
      $0.voices = voices
    }
  }

  /// The key, in a mode that a signature cannot name if the file names one.
  private func keyFound() -> MusicalKey {
    var key = self.key ?? MusicalKey.with { $0.mode = .major }
    guard let mode else { return key }
    let major = Int(key.tonic) + 12 - key.mode.degreeOfMajor
    key.mode = mode
    key.tonic = UInt32((major + mode.degreeOfMajor) % 12)
    return key
  }

  /// A channel's notes as voices: each goes to the first that is free, the highest of a chord first.
  private func voices(of channel: [Sound]) throws(MIDIFault) -> [Voice] {
    let notes = try channel.map { sound throws(MIDIFault) in try note(sound) }
      .sorted { ($0.start, $1.pitch) < ($1.start, $0.pitch) }
    var voices: [Voice] = []
    for note in notes {
      let free = voices.firstIndex { voice in
        guard let last = voice.notes.last else { return true }
        return note.start > last.start
          && Int(note.start) + Self.legato >= Int(last.start + last.duration)
      }
      guard let free else {
        voices.append(.with { $0.notes = [note] })
        continue
      }
      if let index = voices[free].notes.indices.last {
        let start = voices[free].notes[index].start
        let duration = voices[free].notes[index].duration
        voices[free].notes[index].duration = min(duration, note.start - start)
      }
      voices[free].notes.append(note)
    }
    return voices
  }

  /// A note in ticks of a piece.
  private func note(_ sound: Sound) throws(MIDIFault) -> Note {
    let start = scaled(sound.start)
    let end = max(scaled(sound.end), start + 1)
    guard end <= Music.lengthMax else {
      throw MIDIFault(
        offset: 0,
        message: "It is longer than \(Music.lengthMax / Music.quarter) quarters.")
    }
    return .with {
      $0.pitch = UInt32(sound.pitch)
      $0.start = UInt32(start)
      $0.duration = UInt32(end - start)
      $0.dynamics = UInt32(sound.dynamics)
    }
  }

  private func scaled(_ tick: Int) -> Int {
    (tick * Music.quarter + quarter / 2) / quarter
  }
}

extension Piece {
  /// What a piece is called that nobody gave a title.
  static let untitled = "Untitled"

  /// A title made of a text that may have anything in it.
  static func title(from text: String) -> String {
    if NameRule.fault(in: text, characters: titleCharacters) == nil { return text }
    let words = text.split { !NameRule.isWord($0) }
    var title = ""
    for word in words where title.count + word.count < titleCharacters.upperBound {
      title += title.isEmpty ? word : " \(word)"
    }
    let isSound = NameRule.fault(in: title, characters: titleCharacters) == nil
    return isSound ? title : untitled
  }
}
