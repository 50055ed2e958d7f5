import EventLog
package import Schema
import SwiftProtobuf

extension World {
  /// Answers a question about movement.
  ///
  /// Whoever is connected can be seen; others are known to themselves and to
  /// those whose role knows anyone's place.
  package borrowing func answer(
    _ query: MovementQuery, _ context: DecisionContext
  ) throws(Rejection) -> MovementAnswer {
    switch query.query {
    case .place(let query):
      let player = try subject(query.player, context)
      let isVisible =
        presence.isConnected(player) || player == context.requester.player
        || permits(Knowledge.places.allowed, context.requester)
      guard isVisible, let row = movement.row(of: player) else {
        throw Rejection(
          MovementRejection.notInWorld, "Player \(player) is not in the world now.",
          fields: "player")
      }
      var answer = PlaceAnswer()
      answer.movement = row
      answer.at = Motion(row).place(at: context.now)
      answer.timeUs = context.now.microseconds
      return .with { $0.place = answer }
    case nil: throw .unknownQuery
    }
  }
}
