package import Schema
import SwiftProtobuf

extension World {
  /// Answers a question about the sender's open trades, or about one of anyone if the sender's role
  /// knows those.
  ///
  /// - Throws: `no_such_trade`, `not_allowed`, `unknown_request`.
  package borrowing func answer(
    _ query: TradeQuery, _ context: DecisionContext
  ) throws(Rejection) -> TradeAnswer {
    var answer = TradeAnswer()
    switch query.query {
    case .trade(let query):
      guard let row = trades.trade(TradeID(query.trade)),
        row.involves(context.requester.player)
          || permits(Knowledge.trades.allowed, context.requester)
      else {
        throw .noSuchTrade(query.trade, field: "trade")
      }
      answer.trade = row
    case .trades:
      let rows = trades.rows(of: try subject(0, context))
      answer.trades = .with { $0.trades = rows }
    case nil: throw .unknownQuery
    }
    return answer
  }
}
