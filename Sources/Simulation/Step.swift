/// One thing that happens in a simulation.
///
/// A step says all that is needed to do it again: where it has something to choose, it carries the seed of
/// the choice. A step that makes no sense where it stands (a command of somebody not connected) does nothing,
/// so that any steps can be taken out of a list and the rest still be done.
package enum Step: Hashable, Sendable {
  /// A client connects and signs in; a connection it still has is left as it is.
  case connect(client: Int)
  /// A client's connection is lost, and the server notices.
  case lose(client: Int)
  /// A client's connection is lost, and the server does not notice.
  case vanish(client: Int)
  /// A client says farewell.
  case leave(client: Int)
  /// A client sends a command.
  case send(client: Int, CommandName, seed: UInt64)
  /// A client sends one of its latest commands again.
  case resend(client: Int, seed: UInt64)
  /// A client asks a question.
  case ask(client: Int, seed: UInt64)
  /// A client watches one more topic.
  case watch(client: Int, seed: UInt64)
  /// A client watches one topic less.
  case unwatch(client: Int, seed: UInt64)
  /// The gateway finds a client idle, or active again.
  case idle(client: Int, Bool)
  /// A client reads so many of the messages that have come for it.
  case read(client: Int, count: Int)
  /// The gateway sends a client that is behind what comes next, so many pieces of it.
  case catchUp(client: Int, pieces: Int)
  /// Time passes, in microseconds.
  case pass(microseconds: Int64)
  /// The clock jumps either way, in microseconds.
  case jump(microseconds: Int64)
  /// The disk is full, or has room again.
  case fill(Bool)
  /// The engine fires what is due, and hands its batch over if it can.
  case work
  /// The batch under way is committed and told, or something goes wrong with it.
  case commit(CommitFate)
  /// The images' changes are taken.
  case takeImages
  /// The next of the images that were taken is written.
  case writeImage
  /// The process dies.
  case crash
  /// The server is stopped in good order, and started again.
  case restart
  /// Everything is compared with everything.
  case compare
}

/// What becomes of a batch that is being committed.
package enum CommitFate: String, CaseIterable, Sendable {
  /// It is durable, and told.
  case durable
  /// The texts are not kept, for certain: the process ends.
  case textsRefused = "texts_refused"
  /// The texts are kept, but the store says that they may not be: the process ends.
  case textsUnknown = "texts_unknown"
  /// The process dies after the texts were kept and before the entries were appended.
  case crashBeforeAppend = "crash_before_append"
  /// The log refuses it; nothing is stored, and the process ends.
  case refused
  /// A sync fails: nothing is stored, but the process cannot know, and ends.
  case unknownNotStored = "unknown_not_stored"
  /// A sync fails: it is stored, but the process cannot know, and ends.
  case unknownStored = "unknown_stored"
  /// The process dies after the entries were appended and before anybody was told.
  case crashBeforeDelivery = "crash_before_delivery"
  /// It is durable and handed to the connections, and the process dies before a byte leaves it.
  case crashAfterDelivery = "crash_after_delivery"
}

extension Step: CustomStringConvertible {
  /// The step as one line of a file of steps.
  package var description: String {
    switch self {
    case .connect(let client): "connect \(client)"
    case .lose(let client): "lose \(client)"
    case .vanish(let client): "vanish \(client)"
    case .leave(let client): "leave \(client)"
    case .send(let client, let name, let seed): "send \(client) \(name.rawValue) \(seed)"
    case .resend(let client, let seed): "resend \(client) \(seed)"
    case .ask(let client, let seed): "ask \(client) \(seed)"
    case .watch(let client, let seed): "watch \(client) \(seed)"
    case .unwatch(let client, let seed): "unwatch \(client) \(seed)"
    case .idle(let client, let isIdle): "idle \(client) \(isIdle ? 1 : 0)"
    case .read(let client, let count): "read \(client) \(count)"
    case .catchUp(let client, let pieces): "catch_up \(client) \(pieces)"
    case .pass(let microseconds): "pass \(microseconds)"
    case .jump(let microseconds): "jump \(microseconds)"
    case .fill(let isFull): "fill \(isFull ? 1 : 0)"
    case .work: "work"
    case .commit(let fate): "commit \(fate.rawValue)"
    case .takeImages: "take_images"
    case .writeImage: "write_image"
    case .crash: "crash"
    case .restart: "restart"
    case .compare: "compare"
    }
  }

  /// Reads a line of a file of steps; nil when it is none.
  package init?(_ line: some StringProtocol) {
    let words = line.split(separator: " ")
    guard let verb = words.first else { return nil }
    let client =
      words.count > 1 ? Int(words[1]).flatMap { Client.numbers.contains($0) ? $0 : nil } : nil
    let number = words.last.flatMap { Int64($0) }
    let seed = words.last.flatMap { UInt64($0) }
    let isTrue = number.map { $0 != 0 }
    let step: Step? =
      switch (verb, words.count) {
      case ("connect", 2): client.map { .connect(client: $0) }
      case ("lose", 2): client.map { .lose(client: $0) }
      case ("vanish", 2): client.map { .vanish(client: $0) }
      case ("leave", 2): client.map { .leave(client: $0) }
      case ("send", 4): Self.send(client, CommandName(rawValue: String(words[2])), seed)
      case ("resend", 3): Self.chosen(client, seed) { .resend(client: $0, seed: $1) }
      case ("ask", 3): Self.chosen(client, seed) { .ask(client: $0, seed: $1) }
      case ("watch", 3): Self.chosen(client, seed) { .watch(client: $0, seed: $1) }
      case ("unwatch", 3): Self.chosen(client, seed) { .unwatch(client: $0, seed: $1) }
      case ("idle", 3): Self.chosen(client, seed) { .idle(client: $0, $1 != 0) }
      case ("read", 3):
        Self.chosen(client, seed) { .read(client: $0, count: Int(clamping: $1)) }
      case ("catch_up", 3):
        Self.chosen(client, seed) { .catchUp(client: $0, pieces: Int(clamping: $1)) }
      case ("pass", 2): number.flatMap { Self.spans.contains($0) ? .pass(microseconds: $0) : nil }
      case ("jump", 2): number.flatMap { Self.spans.contains($0) ? .jump(microseconds: $0) : nil }
      case ("fill", 2): isTrue.map { .fill($0) }
      case ("work", 1): .work
      case ("commit", 2): CommitFate(rawValue: String(words[1])).map { .commit($0) }
      case ("take_images", 1): .takeImages
      case ("write_image", 1): .writeImage
      case ("crash", 1): .crash
      case ("restart", 1): .restart
      case ("compare", 1): .compare
      default: nil
      }
    guard let step else { return nil }
    self = step
  }

  /// How far time may go in one step, in microseconds: a year either way.
  private static let spans: ClosedRange<Int64> = -31_536_000_000_000...31_536_000_000_000

  private static func send(_ client: Int?, _ name: CommandName?, _ seed: UInt64?) -> Step? {
    guard let client, let name, let seed else { return nil }
    return .send(client: client, name, seed: seed)
  }

  private static func chosen(
    _ client: Int?, _ seed: UInt64?, _ step: (Int, UInt64) -> Step
  ) -> Step? {
    guard let client, let seed else { return nil }
    return step(client, seed)
  }
}
