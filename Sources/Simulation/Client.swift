import DequeModule
import Engine
import EventLog
import Schema
import World

/// A model client: who it is, and what it remembers over broken connections.
struct Client {
  /// The clients there are.
  static let numbers = 0..<24
  /// Those of them that come with the operator's token.
  static let operators = 22..<24
  /// So many of the latest commands are kept, to be sent again.
  private static let latestMax = 48

  /// Its number.
  let number: Int
  /// What it calls itself when it signs in.
  let name: String
  /// The player it was given; nil before it first signed in, and for operators.
  var player: PlayerID?
  /// The line it talks on; nil when it is not connected.
  var line: Int?
  /// The last position that it has processed, by the protocol's rule for resuming.
  var lastSeen = Position.zero
  /// The region whose state it was told last as its surroundings; 0 is nowhere, nil none at all.
  var toldRegion: RegionID?
  /// What it watches, or watched when the line broke.
  var topics: [Topic.OneOf_Topic] = []
  /// How many commands it has sent.
  private var commandCount: UInt64 = 0
  private(set) var latest: [(key: CommandBook.Key, command: Command)] = []

  init(number: Int) {
    self.number = number
    name = "simulated \(number)"
  }

  var isOperator: Bool { Self.operators.contains(number) }

  /// Whether it has not been told yet who it is.
  var isUnknown: Bool { !isOperator && player == nil }

  /// As whom its commands count.
  var actor: ActorID? { isOperator ? .operator : player?.actor }

  /// A number for the next command.
  mutating func nextCommandID() -> CommandID {
    commandCount += 1
    return CommandID(client: number, number: commandCount)
  }

  /// Comes as somebody new, who sends under numbers that were not used before.
  mutating func beginAnew() {
    player = nil
    line = nil
    lastSeen = .zero
    toldRegion = nil
    topics = []
    latest = []
  }

  /// Keeps a command, to be sent again.
  mutating func keep(_ key: CommandBook.Key, _ command: Command) {
    if latest.count == Self.latestMax { latest.removeFirst(Self.latestMax / 2) }
    latest.append((key, command))
  }
}

/// What one client's topics may see of an entry.
struct Sight: Hashable {
  /// The entry.
  let position: Position
  /// Its visible events: bit n for the n-th.
  var events: UInt64
}

/// What a client waits for.
enum Pending {
  case signIn
  case command(CommandBook.Key, CommandName, known: Position?)
  case question
  case watch([Topic.OneOf_Topic], after: Position?)
  case unwatch(Topic.OneOf_Topic)
  case farewell
}

/// The requests of a line that have no reply, in the order in which they were sent.
struct PendingRequests {
  private(set) var requests: [(id: UInt64, pending: Pending)] = []

  var count: Int { requests.count }
  var isEmpty: Bool { requests.isEmpty }

  /// What a request waits for.
  subscript(id: UInt64) -> Pending? {
    requests.first { $0.id == id }?.pending
  }

  mutating func append(_ pending: Pending, id: UInt64) {
    requests.append((id, pending))
  }

  /// Takes out a request that is replied to, which is one of the first as a rule.
  mutating func remove(id: UInt64) -> Pending? {
    guard let index = requests.firstIndex(where: { $0.id == id }) else { return nil }
    return requests.remove(at: index).pending
  }
}

/// A connection: the gateway's end, the client's end, and what is between them.
///
/// What the gateway does here is what `docs/protocol.md` says it does. What a client missed that resumes is read and sent by
/// the gateway's own code, as is what happens until it is level.
///
/// A class, since it is looked at and changed far more often than it is made.
final class Line {
  /// A message on its way to the client.
  enum Message: OwedMessage {
    case push(Sight)
    case reply(Reply)
    /// Where the player is, for a client that was away.
    case moved(Subscription)
    /// The session is over; everything up to a position has been sent.
    case goodbye(resumeAfter: Position)

    var byteCount: Int { 0 }
  }

  let connection: Connection
  let client: Int
  /// Its place among the lines.
  let index: Int
  /// Whether what is sent arrives.
  var isWhole = true

  // The gateway's end.
  var session: Session?
  var filings: [DeliveryTopic] = []
  var seenThrough = Position.zero
  var isClosing = false
  /// Whether the client has asked to watch something; only the first time it may resume.
  var hasAsked = false
  /// Whether the client has read that a subscription of it began.
  var hasSubscribed = false
  var pending = PendingRequests()

  /// What has been sent and not been read.
  var messages: Deque<Message> = []

  /// What it is sent while it is behind; nil while it is level.
  var course: CatchUpCourse<Message>?

  // What must come, by the log.
  var expected: Deque<Sight> = []
  var watch = Watch()

  init(_ connection: Connection, client: Int, index: Int) {
    self.connection = connection
    self.client = client
    self.index = index
  }

  /// The line breaks, and the gateway goes on as if it had not.
  func breakUnnoticed() {
    isWhole = false
    messages = []
    expected = []
    watch = Watch()
  }
}

/// What a line watches, by what its client asked for and by the log.
struct Watch {
  /// The player whose own events are seen.
  var own: PlayerID?
  /// The player whose surroundings are seen.
  var follows: PlayerID?
  /// The region that the surroundings are those of, in the batch to come; 0 is nowhere.
  var surroundings = RegionID(UInt64(0))
  var regions: [RegionID] = []
  var seesEveryone = false
  var seesAll = false

  /// Watches one topic more, as the player's.
  mutating func add(_ topic: Topic.OneOf_Topic, of player: PlayerID) {
    switch topic {
    case .own: own = player
    case .surroundings: follows = player
    case .region(let region):
      if !regions.contains(RegionID(region)) { regions.append(RegionID(region)) }
    case .everyone: seesEveryone = true
    case .operators: seesAll = true
    }
  }

  /// Watches one topic less.
  mutating func remove(_ topic: Topic.OneOf_Topic) {
    switch topic {
    case .own: own = nil
    case .surroundings: follows = nil
    case .region(let region): regions.removeAll { $0 == RegionID(region) }
    case .everyone: seesEveryone = false
    case .operators: seesAll = false
    }
  }
}
