import DequeModule
import Dispatch
import EventLog
import Foundation
import Schema
import Synchronization
import World

/// A stretch of a log, read, checked and decoded on a thread of its own, a little ahead of whoever folds
/// it: either takes about as long as the other.
final class DecodedEntries: Sendable {
  /// Some entries that follow each other: all their events, and for each entry what a fold needs of
  /// it.
  struct Chunk: Sendable {
    /// An entry; its events end in front of `end`, and begin where those of the one before it end.
    struct Entry: Sendable {
      let stamp: EntryStamp
      let end: Int
    }

    fileprivate(set) var entries: [Entry] = []
    fileprivate(set) var events: [Event] = []

    /// Adds an entry.
    ///
    /// - Throws: ``EngineFault`` of code `damaged`; the chunk is as it was then.
    mutating func append(_ entry: EntryView, _ upcasters: Upcasters) throws(EngineFault) {
      try LogFolder.append(entry, to: &events, upcasters)
      entries.append(Entry(stamp: EntryStamp(entry), end: events.count))
    }
  }

  /// How many entries are handed over at once.
  static let chunkCount = 512
  /// How many chunks may lie ready.
  private static let chunksAhead = 8

  private struct State {
    var chunks: Deque<Chunk> = []
    /// Why there is no more after the chunks; nil when that is the end of the stretch.
    var failure: (any Error)?
    var isAbandoned = false
  }

  private let upcasters: Upcasters
  private let state = Mutex(State())
  private let ready = DispatchSemaphore(value: 0)
  private let room = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  /// Begins to read entries from `first` through `last`.
  init(
    _ log: any EntryReader, from first: Position, through last: Position, _ upcasters: Upcasters
  ) {
    self.upcasters = upcasters
    for _ in 0..<Self.chunksAhead { room.signal() }
    let thread = Thread { [self] in
      let failure = Result { try read(log, from: first, through: last) }.failure
      state.withLock { $0.failure = failure }
      // Nothing lies ready any more after the last chunk: that is how the end is known.
      ready.signal()
      ended.signal()
    }
    thread.name = "fv-decoder"
    thread.start()
  }

  /// The next entries, in order; nil at the end.
  ///
  /// - Throws: What reading the log throws, or decoding, once all entries in front have been given.
  func next() throws -> Chunk? {
    ready.wait()
    let (chunk, failure) = state.withLock { ($0.chunks.popFirst(), $0.failure) }
    if let chunk {
      room.signal()
      return chunk
    }
    // Whoever asks again is told the same.
    ready.signal()
    if let failure { throw failure }
    return nil
  }

  /// Ends the thread, and waits for it.
  ///
  /// Once, whether or not all has been taken.
  func stop() {
    state.withLock { $0.isAbandoned = true }
    room.signal()
    ended.wait()
  }

  private func read(_ log: any EntryReader, from first: Position, through last: Position) throws {
    var chunk = Chunk(room: Self.chunkCount)
    // What comes in front of a failure is folded, as if nobody had read ahead.
    defer { _ = handOver(chunk) }
    try log.read(from: first, through: last) { entry in
      try chunk.append(entry, upcasters)
      guard chunk.entries.count == Self.chunkCount else { return .proceed }
      defer { chunk = Chunk(room: Self.chunkCount) }
      return handOver(chunk) ? .proceed : .stop
    }
  }

  /// Puts entries where ``next()`` finds them, when there is room; false when nobody wants them.
  private func handOver(_ chunk: Chunk) -> Bool {
    guard !chunk.entries.isEmpty else { return true }
    room.wait()
    let isWanted = state.withLock { state in
      if !state.isAbandoned { state.chunks.append(chunk) }
      return !state.isAbandoned
    }
    if isWanted { ready.signal() }
    return isWanted
  }
}

extension DecodedEntries.Chunk {
  /// A chunk without entries, and room for so many.
  fileprivate init(room: Int) {
    entries.reserveCapacity(room)
    events.reserveCapacity(room)
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let failure) = self { failure } else { nil }
  }
}
