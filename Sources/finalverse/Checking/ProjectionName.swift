import Projection
import World

/// A projection by name and version, and what stands for it in a set.
struct ProjectionName: Sendable {
  /// The name.
  let name: String
  /// The version of its rows' meaning in this program.
  let version: UInt32
  /// The set of it alone.
  let member: ProjectionSet

  /// All projections of the world, always in the same order.
  static let all: [ProjectionName] = {
    var collector = Collector()
    var world = World()
    world.visitProjections(&collector)
    return collector.names
  }()

  private struct Collector: ProjectionVisitor {
    var names: [ProjectionName] = []

    mutating func visit<P: Projection & ~Copyable>(
      _ projection: inout P, as member: ProjectionSet
    ) {
      names.append(ProjectionName(name: P.name, version: P.version, member: member))
    }
  }
}
