/// Reads the bytes of a Standard MIDI File, every one of which may be wrong.
struct MIDIReader {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// What the file has, in its own ticks.
  mutating func contents() throws(MIDIFault) -> MIDIContents {
    guard bytes.count >= 14, Array(bytes[..<4]) == Array("MThd".utf8) else {
      throw MIDIFault(offset: 0, message: "This is no Standard MIDI File.")
    }
    offset = 4
    let length = try number(byteCount: 4)
    guard length >= 6, length <= bytes.count - 8 else { throw fault("The header is cut off.") }
    let format = try number(byteCount: 2)
    guard format <= 1 else {
      throw fault("It has format \(format); 0 and 1 are read.")
    }
    _ = try number(byteCount: 2)
    let division = try number(byteCount: 2)
    guard (1...0x7FFF).contains(division) else {
      throw fault("Its times are in frames and not in parts of a quarter.")
    }
    offset = 8 + length
    var contents = MIDIContents(quarter: division)
    while offset < bytes.count { try readChunk(into: &contents) }
    guard contents.trackCount > 0 else { throw fault("It has no track.") }
    return contents
  }

  private mutating func readChunk(into contents: inout MIDIContents) throws(MIDIFault) {
    guard bytes.count - offset >= 8 else { throw fault("A chunk is cut off.") }
    let kind = Array(bytes[offset..<offset + 4])
    offset += 4
    let length = try number(byteCount: 4)
    guard length <= bytes.count - offset else { throw fault("A chunk is cut off.") }
    let end = offset + length
    if kind == Array("MTrk".utf8) { try readTrack(until: end, into: &contents) }
    offset = end
  }

  private mutating func readTrack(
    until end: Int, into contents: inout MIDIContents
  ) throws(MIDIFault) {
    contents.beginTrack()
    var now = 0
    var running: UInt8 = 0
    while offset < end {
      now += try length(until: end)
      var status = try byte(until: end)
      if status < 0x80 {
        guard running != 0 else { throw fault("An event has no status.") }
        status = running
        offset -= 1
      }
      switch status {
      case 0xFF:
        running = 0
        if try !readMeta(until: end, into: &contents) {
          return contents.endTrack(at: now)
        }
      case 0xF0, 0xF7:
        running = 0
        _ = try block(until: end)
      case 0x80..<0xF0:
        running = status
        try readChannelEvent(status, at: now, until: end, into: &contents)
      default: throw fault("Status \(status) has no place in a file.")
      }
    }
    contents.endTrack(at: now)
  }

  /// Reads a meta event; false for the end of the track.
  private mutating func readMeta(
    until end: Int, into contents: inout MIDIContents
  ) throws(MIDIFault) -> Bool {
    let kind = try byte(until: end)
    let content = try block(until: end)
    switch kind {
    case 0x2F: return false
    case 0x01: contents.note(text: content)
    case 0x03: contents.note(title: content)
    case 0x51: contents.note(tempo: content)
    case 0x58: contents.note(metre: content)
    case 0x59: contents.note(key: content)
    default: break
    }
    return true
  }

  private mutating func readChannelEvent(
    _ status: UInt8, at now: Int, until end: Int, into contents: inout MIDIContents
  ) throws(MIDIFault) {
    let first = try byte(until: end)
    var second: UInt8 = 0
    if status & 0xF0 != 0xC0, status & 0xF0 != 0xD0 { second = try byte(until: end) }
    guard first < 0x80, second < 0x80 else { throw fault("An event's data has a status in it.") }
    switch status & 0xF0 {
    case 0x90 where second > 0:
      contents.begin(first, channel: status & 0x0F, dynamics: second, at: now)
    case 0x80, 0x90: contents.end(first, channel: status & 0x0F, at: now)
    default: break
    }
  }

  /// A length, and as many bytes.
  private mutating func block(until end: Int) throws(MIDIFault) -> ArraySlice<UInt8> {
    let count = try length(until: end)
    guard count <= end - offset else { throw fault("An event is cut off.") }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  /// A number in at most four groups of seven bits, the highest first.
  private mutating func length(until end: Int) throws(MIDIFault) -> Int {
    var value = 0
    for _ in 0..<4 {
      let group = try byte(until: end)
      value = value << 7 | Int(group & 0x7F)
      if group < 0x80 { return value }
    }
    throw fault("A length has more than four bytes.")
  }

  private mutating func byte(until end: Int) throws(MIDIFault) -> UInt8 {
    guard offset < end else { throw fault("A track is cut off.") }
    defer { offset += 1 }
    return bytes[offset]
  }

  private mutating func number(byteCount: Int) throws(MIDIFault) -> Int {
    guard bytes.count - offset >= byteCount else { throw fault("It is cut off.") }
    defer { offset += byteCount }
    return bytes[offset..<offset + byteCount].reduce(0) { $0 << 8 | Int($1) }
  }

  private func fault(_ message: String) -> MIDIFault {
    MIDIFault(offset: offset, message: message)
  }
}
