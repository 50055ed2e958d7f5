package import Schema

extension World {
  /// Decides a player's or operator's command: adds the events of its entry, or throws why there is
  /// none.
  ///
  /// Pure: it reads the world, the context and the command, and nothing else.
  package borrowing func decide(
    _ command: Command, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    try require(command.allowed, of: context.requester, field: "command")
    switch command.system {
    case .players(let command): try decide(command, context, &decision)
    case .movement(let command): try decide(command, context, &decision)
    case .inventory(let command): try decide(command, context, &decision)
    case .trade(let command): try decide(command, context, &decision)
    case .leaderboards(let command): try decide(command, context, &decision)
    case .chat(let command): try decide(command, context, &decision)
    case .worldClock(let command): try decide(command, context, &decision)
    case .harmony(let command): try decide(command, context, &decision)
    case .melodies(let command): try decide(command, context, &decision)
    case .echoes(let command): try decide(command, context, &decision)
    case .progress(let command): try decide(command, context, &decision)
    case .weather(let command): try decide(command, context, &decision)
    case .ecosystem(let command): try decide(command, context, &decision)
    case nil: throw .unknownCommand
    }
    reward(&decision, context)
  }

  /// Decides what the server itself asks for.
  ///
  /// It throws only where there is nothing to be done. A job may add no event, and say when to look again.
  package borrowing func decide(
    _ command: ServerCommand, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    switch command {
    case .openSession(let player, let client):
      try decideOpenSession(of: player, client: client, context, &decision)
    case .closeSession(let session, let player, let end):
      try decideCloseSession(session, of: player, end: end, context, &decision)
    case .markIdle(let player): try decideIdle(of: player, context, &decision)
    case .markActive(let player): try decideReturn(of: player, context, &decision)
    case .fire(let job): try decideFiring(of: job, context, &decision)
    }
    reward(&decision, context)
  }

  /// Answers a question about the world as it is.
  package borrowing func answer(
    _ query: Query, _ context: DecisionContext
  ) throws(Rejection) -> Answer {
    try require(query.allowed, of: context.requester, field: "query")
    var answer = Answer()
    switch query.system {
    case .players(let query): answer.players = try self.answer(query, context)
    case .presence(let query): answer.presence = try self.answer(query, context)
    case .regions(let query): answer.regions = try self.answer(query, context)
    case .movement(let query): answer.movement = try self.answer(query, context)
    case .inventory(let query): answer.inventory = try self.answer(query, context)
    case .trade(let query): answer.trade = try self.answer(query, context)
    case .leaderboards(let query): answer.leaderboards = try self.answer(query, context)
    case .chat(let query): answer.chat = try self.answer(query, context)
    case .worldClock(let query): answer.worldClock = try self.answer(query, context)
    case .harmony(let query): answer.harmony = try self.answer(query, context)
    case .melodies(let query): answer.melodies = try self.answer(query, context)
    case .echoes(let query): answer.echoes = try self.answer(query, context)
    case .progress(let query): answer.progress = try self.answer(query, context)
    case .weather(let query): answer.weather = try self.answer(query, context)
    case .ecosystem(let query): answer.ecosystem = try self.answer(query, context)
    case nil: throw .unknownQuery
    }
    return answer
  }
}

/// What the server itself asks of the world; no client can send it.
package enum ServerCommand: Sendable {
  /// A client signed in.
  ///
  /// Without a player it is somebody new, who is enrolled in the same entry. A session that the
  /// player still has open is superseded in the same entry.
  case openSession(player: PlayerID?, client: String)
  /// A session ended.
  ///
  /// A player under way stops.
  case closeSession(SessionID, player: PlayerID, end: SessionEnd)
  /// The player has sent no command for as long as the rules allow.
  case markIdle(PlayerID)
  /// The idle player sent something again.
  case markActive(PlayerID)
  /// A job is due.
  case fire(JobRow)
}

extension Rejection {
  /// The command is empty or of a newer schema.
  package static var unknownCommand: Self {
    Self(
      CommonRejection.unknownRequest,
      "The command names nothing this server knows. Compare the client's schema with the server's.",
      fields: "command")
  }

  /// The query is empty or of a newer schema.
  package static var unknownQuery: Self {
    Self(
      CommonRejection.unknownRequest,
      "The query names nothing this server knows. Compare the client's schema with the server's.",
      fields: "query")
  }
}
