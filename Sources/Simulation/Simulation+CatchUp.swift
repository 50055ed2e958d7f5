import Engine
import EventLog
import World

// What the gateway does for a client that is behind: the order and the reading are its own code, and the pace is the
// simulation's.
extension Simulation {
  /// After how many entries of recent deliveries a piece ends.
  private static let entriesPerPiece = 8

  /// A client that is behind is sent what comes next, so many pieces of it.
  mutating func catchUp(_ number: Int, pieces: Int) throws(Breach) {
    var lines = views.lines(of: number) & views.linesBehind
    while let index = lines.popBit() {
      guard let line = views.lines[index] else { continue }
      for _ in 0..<pieces where line.course != nil { try sendPiece(to: line) }
    }
  }

  /// Everybody is sent all there is.
  mutating func catchUpAll() throws(Breach) {
    // Whoever comes no nearer to the end in so many pieces never will.
    for _ in 0...durable.rawValue where views.linesBehind != 0 {
      for number in Client.numbers { try catchUp(number, pieces: 1) }
    }
    guard views.linesBehind == 0 else {
      throw Breach(.running, "A client that resumes does not come level.")
    }
  }

  private mutating func sendPiece(to line: Line) throws(Breach) {
    var room = Self.entriesPerPiece
    // Who has not read what it was sent is slow.
    let isSlow = !line.messages.isEmpty
    while let next = line.course?.next(
      recent, deliveredThrough: deliveredThrough, hasRoom: room > 0, isSlow: isSlow)
    {
      line.seenThrough = line.course?.missed.through ?? line.seenThrough
      switch next {
      case .message(let message): line.put(message)
      case .resumed(let reply, let moved):
        line.put(reply)
        if let moved { line.put(moved) }
      case .entries(let entries, let publication):
        room -= entries.count
        line.push(entries, of: publication.batch)
      case .waits: return
      case .reading(let last): return try read(through: last, for: line)
      case .nothing: return views.comeLevel(line)
      }
    }
  }

  private func read(through last: Position, for line: Line) throws(Breach) {
    var piece = SeenPiece()
    do {
      try line.course?.missed.readPiece(through: last, into: &piece)
    } catch {
      throw Breach(.running, "The log cannot be read: \(error)")
    }
    line.seenThrough = line.course?.missed.through ?? line.seenThrough
    for sight in piece.sights { line.put(.push(sight)) }
  }
}

extension MissedEntries.Bounds {
  /// So little at a time that a short gap takes several pieces.
  static var simulated: Self {
    var bounds = Self()
    bounds.entriesPerPiece = 48
    bounds.bytesPerPiece = 2_000
    bounds.entriesPerSearch = 64
    return bounds
  }
}
