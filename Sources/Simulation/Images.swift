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
    taken = visitor.changes.reversed()
    takenThrough = engine.position
  }

  /// Writes the next image, if the log is durable as far.
  mutating func writeNext(durable: Position) throws(ImageFault) {
    guard takenThrough <= durable, let (member, changes) = taken.popLast() else { return }
    try images[member.rawValue, default: MemoryImage()].write(changes, through: takenThrough)
  }

  /// The process has died: what was not written is gone.
  mutating func forgetTaken() {
    taken = []
  }

  /// A world with all that the images hold.
  func load() throws(ImageFault) -> LoadedWorld {
    var world = World()
    var visitor = Loading(images: images)
    try world.visitProjections(&visitor)
    return LoadedWorld(world: world, seen: visitor.seen)
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
  ) throws(ImageFault) {
    guard let image = images[member.rawValue] else { return }
    try image.load(into: &projection)
    seen[member] = image.position
  }
}

/// What each projection comes to.
struct StateReader: ProjectionVisitor {
  private(set) var states: [(name: String, state: StateSummary)] = []

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
