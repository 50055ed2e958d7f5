public import Schema

/// A player's client of a Finalverse server, over WebSocket.
///
///     let client = try await FinalverseClient.connect(to: "ws://127.0.0.1:7777/ws")
///     try await client.createProfile(name: "Mira", look: "a green cloak", homeRegion: 1)
///     try await client.subscribe([.own(), .surroundings()])
///     try await client.startMove(to: Point(xMM: 2_000, yMM: 3_000))
///     for await entry in client.pushes {
///       print(entry.position, entry.payload.events)
///     }
///
/// Every request may be made from any task; many may be under way at once, and those beyond what
/// the server puts up with wait their turn. A request returns when its reply is there, and
/// everything that the server pushed up to the position it tells is in ``notices`` by then.
///
/// When the connection is lost, the client comes back by itself (see
/// ``ClientOptions/reconnection``): it signs in as the same player, gets what it missed of what it
/// watches, and sends again what has no reply. A command sent again has its effect once, because it
/// keeps its command id. To whoever waits for a reply, a lost connection is only a longer wait.
///
/// A client that is let go closes its connection; say ``farewell()`` to end the session on purpose.
public final class FinalverseClient: Sendable {
  let conversation: Conversation

  private init(_ conversation: Conversation) {
    self.conversation = conversation
  }

  deinit {
    conversation.change { $0.end(.closedByUs) }
  }

  /// Connects and signs in.
  ///
  /// - Parameter address: `ws://HOST:PORT/ws`, or `wss://` for TLS; the port is 80 or 443 and the path
  ///   `/ws` when left out.
  /// - Throws: `ClientFault` when no connection comes about; `RequestFailed` when the server does
  ///   not let this credential in. The first attempt is the only one.
  public static func connect(
    to address: String, options: ClientOptions = ClientOptions()
  ) async throws -> FinalverseClient {
    let conversation = Conversation(address: try ServerAddress(address), options: options)
    let client = FinalverseClient(conversation)
    _ = try await conversation.signIn()
    return client
  }

  /// What the server said at the latest sign-in.
  public var welcome: Welcome { conversation.read { $0.welcome ?? Welcome() } }

  /// How many events the server has left out of what it pushed, on all connections so far, since this
  /// client read slowly and later events said what holds.
  public var superseded: UInt64 { conversation.read { $0.superseded } }

  /// The player's number.
  public var player: UInt64 { welcome.player }

  /// Signs in as the same player until it expires, after an hour or so.
  ///
  /// Whoever has it is this player. The client gets itself a new one when it comes back after that.
  public var token: String {
    conversation.read { state in
      if case .token(let token) = state.credential { return token }
      return state.welcome?.token ?? ""
    }
  }

  /// Signs in as the same player on another day, once: the welcome brings the next.
  ///
  /// Whoever has it is this player. Keep the latest, as a password is kept; empty for a client that
  /// signed in with a token.
  public var refreshToken: String { conversation.read { $0.refreshToken ?? "" } }

  /// The position up to which everything watched has been handed on; 0 while nothing is watched.
  public var position: UInt64 { conversation.read { $0.position } }

  /// Whether the client is signed in at this moment.
  public var isConnected: Bool {
    conversation.read {
      if case .live = $0.phase { return true }
      return false
    }
  }

  /// Why the client is closed; nil while it is not.
  public var ending: ClientFault? {
    conversation.read {
      if case .ended(let fault) = $0.phase { return fault }
      return nil
    }
  }

  /// Everything that the client is told without having asked, in order.
  ///
  /// Has one reader at a time.
  public var notices: Notices { Notices(conversation: conversation) }

  /// The pushed entries alone, in order of positions, each once.
  ///
  /// Reads the same as ``notices``.
  public var pushes: Pushes { Pushes(conversation: conversation) }

  /// Ends the session and closes the client.
  ///
  /// Returns when the server has said goodbye.
  ///
  /// Never fails: a client without a connection just closes.
  public func farewell() async {
    if isConnected {
      _ = try? await conversation.reply(to: .farewell(Farewell()))
    }
    close()
  }

  /// Closes the client at once.
  ///
  /// Requests without reply fail; whether they take effect is not known.
  public func close() {
    conversation.change { $0.end(.closedByUs) }
  }

  /// Cuts the connection without a word, as a broken cable would.
  ///
  /// For tests of what follows.
  package func severConnection() {
    conversation.change { $0.connection.map { [.sever($0.channel)] } ?? [] }
  }
}

extension ClientFault {
  static let closedByUs = ClientFault(.closed, "The client is closed")
}
