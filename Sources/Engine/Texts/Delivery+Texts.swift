import EventLog
import Schema

extension Delivery {
  /// The same with the texts that its answers speak of.
  ///
  /// - Throws: What the store throws.
  func addingTexts(from store: any TextStore) throws -> Delivery {
    let replies = try replies.map { reply in
      guard case .answered(var answer) = reply.body, case .chat(var chat) = answer.system else {
        return reply
      }
      try chat.addTexts(from: store)
      answer.chat = chat
      return Reply(connection: reply.connection, id: reply.id, body: .answered(answer))
    }
    return Delivery(publication: publication, replies: replies, through: through)
  }
}

extension ChatAnswer {
  fileprivate mutating func addTexts(from store: any TextStore) throws {
    switch answer {
    case .recent(var answer):
      try answer.addTexts(from: store)
      recent = answer
    case .direct(var answer):
      try answer.addTexts(from: store)
      direct = answer
    case .mutes(var answer):
      let texts = try store.texts(ofEntries: answer.mutes.map(\.mute.mute))
      for index in answer.mutes.indices {
        if let text = texts[answer.mutes[index].mute.mute] { answer.mutes[index].reason = text }
      }
      mutes = answer
    case .blocks, nil: break
    }
  }
}

extension MessagesAnswer {
  fileprivate mutating func addTexts(from store: any TextStore) throws {
    let texts = try store.texts(ofEntries: messages.map(\.message.message))
    for index in messages.indices {
      if let text = texts[messages[index].message.message] { messages[index].text = text }
    }
  }
}

extension TextStore {
  /// The text of each entry that has one; a message and a mute are entries with one text.
  fileprivate func texts(ofEntries numbers: [UInt64]) throws -> [UInt64: String] {
    let texts = try texts(at: numbers.map { Position($0) })
    return Dictionary(
      texts.map { ($0.position.rawValue, $0.text) }, uniquingKeysWith: { first, _ in first })
  }
}
