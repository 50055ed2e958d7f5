package import Schema

extension EchoStage {
  /// The stages that there are, from the first to the last.
  package static let known: [Self] = [.dormant, .stirring, .awakened, .radiant, .transcendent]

  /// The stage as people read it: `awakened`.
  package var name: String {
    switch self {
    case .dormant: "dormant"
    case .stirring: "stirring"
    case .awakened: "awakened"
    case .radiant: "radiant"
    case .transcendent: "transcendent"
    case .unspecified, .UNRECOGNIZED: "no stage"
    }
  }

  /// The one after it; nil at the last.
  package var next: Self? { Self.known.first { $0.rawValue == rawValue + 1 } }

  /// The one before it; nil at the first.
  package var former: Self? { Self.known.first { $0.rawValue == rawValue - 1 } }
}

extension EchoKind {
  /// The vigour that a stage takes; 0 for the first.
  package func least(of stage: EchoStage) -> Int64 {
    switch stage {
    case .stirring: stirring
    case .awakened: awakened
    case .radiant: radiant
    case .transcendent: transcendent
    case .dormant, .unspecified, .UNRECOGNIZED: 0
    }
  }

  /// The vigour below which a stage is lost; 0 for the first.
  package func hold(of stage: EchoStage) -> Int64 {
    let least = min(max(0, least(of: stage)), Standing.full)
    return max(0, least - min(max(0, margin), Standing.full))
  }

  /// The stage of an echo that was in another an hour ago: that, the next or the one before.
  func stage(after stage: EchoStage, at vigour: Int64) -> EchoStage {
    if let next = stage.next, vigour >= least(of: next) { return next }
    if let former = stage.former, vigour < hold(of: stage) { return former }
    return stage
  }

  /// Whether it makes a difference to the stage in the end, for which of two vigours an echo is heading.
  func decides(_ stage: EchoStage, between one: Int64, and other: Int64) -> Bool {
    let hold = hold(of: stage)
    if (one < hold) != (other < hold) { return true }
    guard let next = stage.next else { return false }
    let least = least(of: next)
    return (one >= least) != (other >= least)
  }
}
