package import Schema
import SwiftProtobuf

extension World {
  /// Answers a question about melodies: anyone's, since whoever knows a melody's number may perform it.
  ///
  /// - Throws: `no_such_melody`, `no_such_player`, `invalid_combination`, `no_such_region`, `no_profile`, `not_allowed`,
  ///   `unknown_request`.
  package borrowing func answer(
    _ query: MelodiesQuery, _ context: DecisionContext
  ) throws(Rejection) -> MelodiesAnswer {
    var answer = MelodiesAnswer()
    switch query.query {
    case .melody(let query):
      let row = try melody(query.melody, field: "melody")
      answer.melody = .with {
        $0.row = row
        $0.judgement = row.judgement
        $0.isMotif = row.piece.isMotif
      }
    case .composed(let query):
      let player = try subject(query.player, context)
      let summaries = melodies.rows(of: player).map(\.summary)
      answer.composed = .with {
        $0.player = player.rawValue
        $0.melodies = summaries
      }
    case .judgeCombination(let query):
      let piece = try combination(of: query.parts, in: "parts")
      answer.judgeCombination = .with {
        $0.piece = piece
        $0.judgement = Judge.judge(piece)
      }
    case .performances(let query):
      let region = try region(query.region, context)
      let rows = melodies.performances(in: region).prefix(Melodies.performancesListed)
      answer.performances = .with {
        $0.region = region.number
        $0.performances = Array(rows)
      }
    case nil: throw .unknownQuery
    }
    return answer
  }
}
