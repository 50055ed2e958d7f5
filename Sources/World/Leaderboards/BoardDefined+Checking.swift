import Schema

/// What is wrong with the definition of a board.
struct BoardFault: Error, Equatable {
  /// The field of `DefineBoard`, in snake case.
  let field: String
  /// A sentence for a person.
  let message: String

  init(field: String, _ message: String) {
    self.field = field
    self.message = message
  }
}

extension BoardDefined {
  /// How long a season may last, in microseconds: 1 minute to 10 years.
  private static let seasonRange: ClosedRange<Int64> = 60_000_000...315_360_000_000_000

  /// The definition of a board, if each of its fields is allowed by itself.
  ///
  /// When the first season ends is not looked at, and is not part of it.
  init(checking command: DefineBoard) throws(BoardFault) {
    guard command.board > 0 else {
      throw BoardFault(field: "board", "Boards are numbered from 1.")
    }
    if let fault = TextRule(characters: 1...60).fault(in: command.name) {
      throw BoardFault(field: "name", "The name \(fault).")
    }
    guard command.name.first?.isWhitespace == false, command.name.last?.isWhitespace == false else {
      throw BoardFault(field: "name", "The name begins or ends with a space.")
    }
    switch command.score {
    case .wealth, .trades, .distance: break
    case .unspecified, .UNRECOGNIZED:
      throw BoardFault(field: "score", "That is no kind of score that this server knows.")
    }
    guard command.seasonUs == 0 || Self.seasonRange.contains(command.seasonUs) else {
      throw BoardFault(
        field: "season_us",
        "A season lasts \(Self.seasonRange.lowerBound) to \(Self.seasonRange.upperBound) µs; 0 is for none."
      )
    }
    self.init()
    board = command.board
    name = command.name
    score = command.score
    seasonUs = command.seasonUs
  }
}
