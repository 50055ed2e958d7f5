package import EventLog
package import Schema
import SwiftProtobuf
package import World

/// How far each projection has been folded.
package struct FoldedThrough: Sendable {
  private var positions: [ProjectionSet.RawValue: Position] = [:]

  /// None has been folded at all.
  package init() {}

  /// How far one projection has been folded.
  package subscript(member: ProjectionSet) -> Position {
    get { positions[member.rawValue] ?? .zero }
    set { positions[member.rawValue] = newValue }
  }

  /// The least of some projections' positions: folding goes on after it.
  package func lowest(of members: ProjectionSet = .all) -> Position {
    members.members.map { self[$0] }.min() ?? .zero
  }

  /// The greatest of all.
  package var highest: Position {
    ProjectionSet.all.members.map { self[$0] }.max() ?? .zero
  }

  /// Those that have not seen the entry at a position.
  package func lacking(_ position: Position) -> ProjectionSet {
    var lacking = ProjectionSet()
    for member in ProjectionSet.all.members where self[member] < position {
      lacking.insert(member)
    }
    return lacking
  }
}

/// Folds a stretch of a log into a world: the one way in which recovery, rebuild, verification and
/// time travel come to a state.
package enum LogFolder {
  /// How far a fold has come.
  package struct Progress: Sendable {
    /// The entry folded last.
    package let position: Position
    /// The last entry to be folded.
    package let last: Position
    /// Events folded so far.
    package let events: Int
  }

  /// How many entries are folded between two calls of `progress`.
  package static let progressInterval = 16_384

  /// Folds every entry after what each projection has seen.
  ///
  /// - Parameters:
  ///   - log: Where the entries are.
  ///   - world: Gets them.
  ///   - seen: How far each projection of `world` has been folded.
  ///   - members: Which projections are wanted; the others are left as they are.
  ///   - last: The last entry to fold; nil means the log's last.
  ///   - upcasters: How events of kinds that are no longer made are read.
  ///   - progress: Called now and then, and once at the end.
  /// - Returns: how many events were folded.
  /// - Throws: ``EventLog/LogFault``, or ``EngineFault`` of code `damaged` for a payload that is no
  ///   protobuf of the schema.
  @discardableResult
  package static func fold(
    _ log: any LogReader, into world: inout World, after seen: FoldedThrough = FoldedThrough(),
    members: ProjectionSet = .all, through last: Position? = nil,
    upcasters: Upcasters = .current, progress: (Progress) -> Void = { _ in }
  ) throws -> Int {
    let summary = try log.summary()
    let last = min(last ?? summary.lastPosition, summary.lastPosition)
    return try fold(
      entriesOf: log, into: &world, after: seen, members: members, through: last,
      upcasters: upcasters, progress: progress)
  }

  /// Folds the entries of a recording that begins with the first entry of its log.
  ///
  /// - Parameters:
  ///   - recording: Where the entries are; none is left out.
  ///   - world: Gets them; the world before the first entry.
  ///   - last: The last entry to fold.
  /// - Returns: how many events were folded.
  /// - Throws: as ``fold(_:into:after:members:through:upcasters:progress:)`` does.
  @discardableResult
  package static func fold(
    recorded recording: any EntryReader, into world: inout World, through last: Position
  ) throws -> Int {
    try fold(
      entriesOf: recording, into: &world, after: FoldedThrough(), members: .all, through: last,
      upcasters: .current, progress: { _ in })
  }

  private static func fold(
    entriesOf log: any EntryReader, into world: inout World, after seen: FoldedThrough,
    members: ProjectionSet, through last: Position, upcasters: Upcasters,
    progress: (Progress) -> Void
  ) throws -> Int {
    let first = seen.lowest(of: members).next
    guard first <= last else { return 0 }
    var fold = Fold(seen: seen, members: members, last: last)
    guard first.distance(to: last) >= DecodedEntries.chunkCount else {
      try foldHere(entriesOf: log, from: first, into: &world, &fold, upcasters, progress)
      return fold.events
    }
    let entries = DecodedEntries(log, from: first, through: last, upcasters)
    defer { entries.stop() }
    while let chunk = try entries.next() { fold.add(chunk, to: &world, progress) }
    fold.end(progress)
    return fold.events
  }

  /// Folds few entries, for which a thread that reads ahead would cost more than it saves.
  private static func foldHere(
    entriesOf log: any EntryReader, from first: Position, into world: inout World,
    _ fold: inout Fold, _ upcasters: Upcasters, _ progress: (Progress) -> Void
  ) throws {
    var chunk = DecodedEntries.Chunk()
    let reading = Result {
      try log.read(from: first, through: fold.last) { entry in
        try chunk.append(entry, upcasters)
        return .proceed
      }
    }
    // What comes in front of a failure is folded.
    fold.add(chunk, to: &world, progress)
    try reading.get()
    fold.end(progress)
  }

  /// A fold on its way.
  private struct Fold {
    let seen: FoldedThrough
    let highest: Position
    let members: ProjectionSet
    let last: Position
    private var position = Position.zero
    private(set) var events = 0

    init(seen: FoldedThrough, members: ProjectionSet, last: Position) {
      self.seen = seen
      highest = seen.highest
      self.members = members
      self.last = last
    }

    mutating func add(
      _ chunk: DecodedEntries.Chunk, to world: inout World, _ progress: (Progress) -> Void
    ) {
      var start = 0
      for entry in chunk.entries {
        position = entry.stamp.position
        let lacking = position > highest ? .all : seen.lacking(position)
        world.fold(
          chunk.events[start..<entry.end], of: entry.stamp, into: lacking.intersection(members))
        start = entry.end
        if position.rawValue % UInt64(progressInterval) == 0 {
          progress(Progress(position: position, last: last, events: events + start))
        }
      }
      events += start
    }

    func end(_ progress: (Progress) -> Void) {
      progress(Progress(position: position, last: last, events: events))
    }
  }

  /// Decodes an entry's events, as they are to be read today.
  ///
  /// - Throws: ``EngineFault`` of code `damaged`; nothing is appended then.
  package static func append(
    _ entry: EntryView, to events: inout [Event], _ upcasters: Upcasters = .current
  ) throws(EngineFault) {
    do {
      try upcasters.append(eventsOf: entry, to: &events)
    } catch {
      throw EngineFault(
        .damaged,
        """
        The payload of the entry at position \(entry.position) is not what the schema says, though its checksum is right: \
        it was written by a faulty program. Nothing was folded beyond it.
        """,
        cause: error)
    }
  }
}

extension EntryStamp {
  /// The facts of a stored entry.
  package init(_ entry: EntryView) {
    self.init(
      position: entry.position, time: entry.time, actor: entry.actor, commandID: entry.commandID)
  }
}

extension ProjectionSet {
  /// The projections one by one, always in the same order.
  package var members: [ProjectionSet] {
    self == .all ? Self.membersOfAll : Self.bits.filter(contains)
  }

  private static let bits = (0..<UInt32(UInt32.bitWidth)).map { ProjectionSet(rawValue: 1 << $0) }
  /// Put together once: asked for at each entry that some projections have seen.
  private static let membersOfAll = bits.filter { ProjectionSet.all.contains($0) }
}
