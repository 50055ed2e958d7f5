import Engine

/// Whoever is on a connection: first the HTTP side, then, once upgraded, the WebSocket side.
enum Occupant {
  /// It speaks HTTP.
  case entrance(Entrance)
  /// It speaks WebSocket.
  case client(ConnectionHandler)
}

/// The connections of one event loop, found by number without hashing: the number's lower half is a
/// place in an array, the upper half says how often the place has been given away, so that a reply
/// to somebody gone reaches nobody else.
struct ConnectionTable {
  private struct Place {
    var turn: UInt32 = 0
    var occupant: Occupant?
  }

  /// The outlet that the connections are reached by.
  var outlet = 0
  private var places: [Place] = []
  private var free: [Int] = []

  /// How many there are.
  var count: Int { places.count - free.count }

  /// Gives away a place.
  mutating func insert(_ occupant: Occupant) -> Connection {
    let index: Int
    if let reused = free.popLast() {
      index = reused
    } else {
      index = places.count
      places.append(Place())
    }
    places[index].occupant = occupant
    return Connection(id: UInt64(places[index].turn) << 32 | UInt64(index), outlet: outlet)
  }

  /// Who is on a connection; nil when it is gone.
  subscript(connection: Connection) -> Occupant? {
    let index = Int(UInt32(truncatingIfNeeded: connection.id))
    guard index < places.count, places[index].turn == UInt32(connection.id >> 32) else {
      return nil
    }
    return places[index].occupant
  }

  /// Puts the WebSocket side in the place of the HTTP side.
  mutating func replace(_ connection: Connection, with occupant: Occupant) {
    guard self[connection] != nil else { return }
    places[Int(UInt32(truncatingIfNeeded: connection.id))].occupant = occupant
  }

  /// Takes back a place.
  ///
  /// False when it has been taken back before.
  @discardableResult
  mutating func remove(_ connection: Connection) -> Bool {
    guard self[connection] != nil else { return false }
    let index = Int(UInt32(truncatingIfNeeded: connection.id))
    places[index].occupant = nil
    places[index].turn &+= 1
    free.append(index)
    return true
  }

  /// All occupants at this moment, so that they may leave while they are gone through.
  var occupants: [Occupant] { places.compactMap(\.occupant) }
}
