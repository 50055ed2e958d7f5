import Engine
import EventLog
import Projection
import World

/// The images of all projections, in memory: taken between two batches, written one by one once the log
/// has what they show, as the engine's image keeper does it.
struct Images {
  private var images: [ProjectionSet.RawValue: MemoryImage] = [:]
  private var taken: [(member: ProjectionSet, changes: ProjectionChanges)] = []
  private var takenThrough = Position.zero

  /// Whether nothing that was taken waits to be written.
  var isIdle: Bool { taken.isEmpty }

  /// Takes what changed in every projection since the last call; nothing when the last is not written yet.
  mutating func take(from engine: inout SteppedEngine) {
    guard isIdle, engine.isBetweenBatches else { return }
    var visitor = Taking()
    engine.visitProjections(&visitor)
    // The next is at the end: the one that lags behind most, so that a server that never lives long enough to write
    // all of them does not leave the same ones for ever.
    taken = visitor.changes.sorted {
      (position(of: $0.0), $0.0.rawValue) > (position(of: $1.0), $1.0.rawValue)
    }
    takenThrough = engine.position
  }

  private func position(of member: ProjectionSet) -> Position {
    images[member.rawValue]?.position ?? .zero
  }

  /// Writes the next image, if the log is durable as far.
  mutating func writeNext(durable: Position) throws(ImageFault) {
    guard takenThrough <= durable, let (member, changes) = taken.popLast() else { return }
    let image = images[member.rawValue] ?? MemoryImage()
    images[member.rawValue] = image
    try image.write(changes, through: takenThrough)
  }

  /// The process has died: what was not written is gone.
  mutating func forgetTaken() {
    taken = []
  }

  /// A world with all that the images hold.
  func load() -> LoadedWorld {
    var world = World()
    var visitor = Loading(images: images)
    world.visitProjections(&visitor)
    return LoadedWorld(world: world, seen: visitor.seen)
  }

  /// What the projections of a server that began with these images come to, by the rows that it changed since.
  func states(of engine: inout SteppedEngine) throws(ImageFault) -> StateReader {
    var visitor = Accounting(images: images)
    try engine.visitProjections(&visitor)
    return StateReader(visitor.states)
  }
}

/// What images held.
struct LoadedWorld: ~Copyable {
  var world: World
  /// How far each projection of it has been folded.
  let seen: FoldedThrough
}

private struct Taking: ProjectionVisitor {
  var changes: [(ProjectionSet, ProjectionChanges)] = []

  mutating func visit<P: Projection & ~Copyable>(_ projection: inout P, as member: ProjectionSet) {
    changes.append((member, ProjectionChanges(taking: &projection)))
  }
}

private struct Loading: ProjectionVisitor {
  let images: [ProjectionSet.RawValue: MemoryImage]
  var seen = FoldedThrough()

  mutating func visit<P: Projection & ~Copyable>(
    _ projection: inout P, as member: ProjectionSet
  ) {
    guard let image = images[member.rawValue] else { return }
    image.load(into: &projection)
    seen[member] = image.position
  }
}

private struct Accounting: ProjectionVisitor {
  let images: [ProjectionSet.RawValue: MemoryImage]
  var states: [(name: String, state: StateSummary)] = []

  mutating func visit<P: Projection & ~Copyable>(
    _ projection: inout P, as member: ProjectionSet
  ) throws(ImageFault) {
    let image = images[member.rawValue] ?? MemoryImage()
    states.append(
      (P.name, try image.summary(with: ProjectionChanges(copying: &projection))))
  }
}

/// What each projection comes to.
struct StateReader: ProjectionVisitor {
  private(set) var states: [(name: String, state: StateSummary)]

  init(_ states: [(name: String, state: StateSummary)] = []) {
    self.states = states
  }

  /// How many rows all projections have.
  var rowCount: Int { states.reduce(0) { $0 + Int($1.state.rowCount) } }

  mutating func visit<P: Projection & ~Copyable>(
    _ projection: inout P, as member: ProjectionSet
  ) throws(ImageFault) {
    states.append((P.name, try StateSummary(of: &projection)))
  }

  /// The names of projections that come to something else there.
  func differences(from other: StateReader) -> [String] {
    zip(states, other.states).filter { $0.state != $1.state }.map(\.0.name)
  }
}
