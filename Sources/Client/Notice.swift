public import Schema

/// What a client is told without having asked, in order.
public enum Notice: Sendable {
  /// An entry of the log, or the part of it that this client may see.
  ///
  /// Positions only ever grow.
  case entry(PushedEntry)
  /// The player entered another region: the state of its new surroundings.
  ///
  /// The entries that follow are later.
  case moved(Subscribed)
  /// The log no longer reached back to where the client had been: the state of what it watches, as
  /// it is now.
  ///
  /// What happened in between is not told.
  case restarted(Subscribed)
  /// The connection was lost and the client is trying to come back.
  ///
  /// Nothing will be missed.
  case disconnected(ClientFault)
  /// The client is back.
  ///
  /// The entries that it missed follow.
  case reconnected(Welcome)
}

/// The notices of one client.
///
/// There is one reader at a time. The sequence ends when the client is closed or cannot come back;
/// ``FinalverseClient/ending`` then says why.
public struct Notices: AsyncSequence, Sendable {
  let conversation: Conversation

  /// Reads notices.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let conversation: Conversation

    /// The next notice; nil when there will be no more, or the reading task was cancelled.
    public mutating func next() async -> Notice? {
      await conversation.nextNotice()
    }
  }

  /// Begins to read, from the oldest notice that nobody has read.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(conversation: conversation)
  }
}

/// The entries among the notices of one client.
///
/// A plain view for a reader that does not care for lost connections and new surroundings. It
/// reads, and discards, the other notices too.
public struct Pushes: AsyncSequence, Sendable {
  let conversation: Conversation

  /// Reads entries.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let conversation: Conversation

    /// The next entry; nil when there will be no more, or the reading task was cancelled.
    public mutating func next() async -> PushedEntry? {
      while let notice = await conversation.nextNotice() {
        if case .entry(let entry) = notice { return entry }
      }
      return nil
    }
  }

  /// Begins to read, from the oldest entry that nobody has read.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(conversation: conversation)
  }
}
