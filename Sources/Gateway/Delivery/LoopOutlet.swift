import Engine
import EventLog
import NIOCore
import Synchronization

/// What the engine reaches one event loop's connections by: each delivery becomes one task on the
/// loop.
final class LoopOutlet: Outlet {
  /// How much may wait for the loop, in bytes, before it is to be given more.
  static let bytesMax = 64 << 20

  let board: NIOLoopBoundBox<Switchboard>
  /// How much waits for it.
  private let waiting = Atomic(0)

  /// The outlet of a board.
  init(_ board: NIOLoopBoundBox<Switchboard>) {
    self.board = board
  }

  func deliver(_ delivery: Delivery) {
    let bytes = delivery.byteCount
    waiting.add(bytes, ordering: .relaxed)
    board.eventLoop.execute { [self] in
      board.value.deliver(delivery)
      let (before, after) = waiting.subtract(bytes, ordering: .sequentiallyConsistent)
      if before > Self.bytesMax, after <= Self.bytesMax { board.value.engine.wake() }
    }
  }

  var hasRoom: Bool { waiting.load(ordering: .sequentiallyConsistent) <= Self.bytesMax }

  func whenRead(_ body: @escaping @Sendable () -> Void) {
    board.eventLoop.execute { [board] in
      board.value.whenRead(body)
    }
  }
}

extension Delivery {
  /// About how much memory it holds, in bytes; what several outlets share counts for each.
  fileprivate var byteCount: Int {
    let texts = publication?.texts.reduce(0) { $0 + $1.text.utf8.count } ?? 0
    return (publication?.batch.bytes.count ?? 0) + texts + 256 * replies.count
  }
}
