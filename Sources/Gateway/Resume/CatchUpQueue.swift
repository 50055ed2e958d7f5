import Engine
import NIOCore

/// The connections of one event loop that are behind, and whose turn it is to be read for.
///
/// Few have a turn at a time, however many are behind, so that each comes to an end; the others wait
/// in the order in which they came, and cost nothing but their place.
struct CatchUpQueue {
  /// How many have a turn at a time: enough that the reading threads have work while pieces are sent.
  static let turnsMax = 4
  /// After how long somebody else has a turn who waits.
  static let turnLength = TimeAmount.seconds(1)

  /// Those that are behind, by the numbers of their connections.
  private(set) var members: [UInt64: ConnectionHandler] = [:]
  /// The numbers of those that wait for a turn, whether or not they are still there.
  private var waiting = CircularBuffer<UInt64>()
  /// How many have a turn.
  private(set) var turns = 0
  /// The bytes that were sent to those that are behind, and that they have not taken.
  private(set) var unreadBytes = 0
  /// Whether the next turns are about to be given away.
  var isStarting = false

  /// Whether somebody waits for a turn.
  var isAnybodyWaiting: Bool { !waiting.isEmpty }

  /// Adds a connection.
  mutating func insert(_ connection: ConnectionHandler) {
    members[connection.connection.id] = connection
  }

  /// Takes out a connection, with its turn and all that it has not taken.
  mutating func remove(_ connection: ConnectionHandler, _ catchUp: CatchUp) {
    members[connection.connection.id] = nil
    endTurn(of: catchUp)
    if case .unread(let unread) = catchUp.stage { unreadBytes -= unread.byteCount }
    catchUp.stage = .reading
  }

  /// Lets a connection wait for its turn.
  mutating func enqueue(_ connection: ConnectionHandler) {
    waiting.append(connection.connection.id)
  }

  /// Gives away the next turn, if there is one.
  mutating func nextTurn(now: NIODeadline) -> ConnectionHandler? {
    while turns < Self.turnsMax, let number = waiting.popFirst() {
      // It may have gone meanwhile, or be on its way again.
      guard let connection = members[number], let catchUp = connection.catchUp,
        catchUp.turnEnd == nil, case .ready = catchUp.stage
      else { continue }
      turns += 1
      catchUp.turnEnd = now + Self.turnLength
      return connection
    }
    return nil
  }

  /// Ends a turn, if there is one.
  mutating func endTurn(of catchUp: CatchUp) {
    guard catchUp.turnEnd != nil else { return }
    catchUp.turnEnd = nil
    turns -= 1
  }

  /// Notes that the client has been sent something.
  mutating func noteSent(_ unread: CatchUp.Unread, to catchUp: CatchUp) {
    catchUp.stage = .unread(unread)
    unreadBytes += unread.byteCount
  }

  /// Notes that the client has taken it.
  mutating func noteTaken(by catchUp: CatchUp) {
    guard case .unread(let unread) = catchUp.stage else { return }
    unreadBytes -= unread.byteCount
    catchUp.stage = .ready
  }

  /// The one that has not taken what it was sent for longest.
  var slowest: ConnectionHandler? {
    let slow = members.values.compactMap { connection -> (NIODeadline, ConnectionHandler)? in
      guard case .unread(let unread)? = connection.catchUp?.stage else { return nil }
      return (unread.since, connection)
    }
    return slow.min { $0.0 < $1.0 }?.1
  }
}
