import EventLog
import Projection
import World

/// The world as the log's bytes have it, and what its rows come to.
struct Shadow: ~Copyable {
  var world = World()
  /// The rows as they were when they were summed up last.
  private var images: [ProjectionSet.RawValue: MemoryImage] = [:]

  /// What every projection comes to, by the rows that changed since the last call.
  mutating func states(at position: Position) throws(ImageFault) -> StateReader {
    var visitor = Summing(position: position, images: images)
    try world.visitProjections(&visitor)
    images = visitor.images
    return StateReader(visitor.states)
  }

  private struct Summing: ProjectionVisitor {
    let position: Position
    var images: [ProjectionSet.RawValue: MemoryImage]
    var states: [(name: String, state: StateSummary)] = []

    mutating func visit<P: Projection & ~Copyable>(
      _ projection: inout P, as member: ProjectionSet
    ) throws(ImageFault) {
      let image = images[member.rawValue] ?? MemoryImage()
      images[member.rawValue] = image
      try image.write(ProjectionChanges(taking: &projection), through: position)
      states.append((P.name, image.summary))
    }
  }
}
