import Engine
import NIOCore

/// What the engine reaches one event loop's connections by: each delivery becomes one task on the
/// loop.
final class LoopOutlet: Outlet {
  let board: NIOLoopBoundBox<Switchboard>

  /// The outlet of a board.
  init(_ board: NIOLoopBoundBox<Switchboard>) {
    self.board = board
  }

  func deliver(_ delivery: Delivery) {
    board.eventLoop.execute { [board] in
      board.value.deliver(delivery)
    }
  }

  func whenRead(_ body: @escaping @Sendable () -> Void) {
    board.eventLoop.execute { [board] in
      board.value.whenRead(body)
    }
  }
}
