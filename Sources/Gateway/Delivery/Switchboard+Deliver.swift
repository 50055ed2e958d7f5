import Engine
import EventLog
import NIOCore
import Schema
import WebSocket
import World

extension Switchboard {
  /// The most that a buffer for replies keeps of its memory from one connection to the next.
  private static let keptBytes = 64 * 1_024

  /// Passes on what a durable batch brought.
  ///
  /// Each connection gets what it may see and then its replies, with one flush.
  func deliver(_ delivery: Delivery) {
    work.begin(replies: delivery.replies.count)
    if delivery.through < deliveredThrough { closeThoseBehind() }
    if catchUps.members.isEmpty {
      recent.restart(at: delivery.through)
    } else if let publication = delivery.publication {
      recent.append(publication)
    }
    if let publication = delivery.publication { markWatchers(of: publication) }
    chain(delivery.replies)
    var frames = ByteBuffer()
    for connection in work.concerned {
      serve(connection, delivery, &frames)
      if frames.capacity > Self.keptBytes { frames = ByteBuffer() } else { frames.clear() }
    }
    work.end()
    counts.count(compressor.takeTally())
    deliveredThrough = delivery.through
  }

  /// Notes for each connection under how many topics it sees something.
  ///
  /// What a topic looks like is put together when the first connection needs it.
  private func markWatchers(of publication: Publication) {
    if publication.entries.count <= topics.count {
      for (topic, entries) in publication.entries {
        if let watchers = topics[topic] { mark(watchers, entries) }
      }
    } else {
      for (topic, watchers) in topics {
        if let entries = publication.entries[topic] { mark(watchers, entries) }
      }
    }
  }

  private func mark(_ watchers: TopicWatchers, _ entries: [Publication.VisibleEntry]) {
    watchers.delivery = work.number
    watchers.index = work.topics.count
    work.topics.append(SeenTopic(entries: entries, isShared: watchers.members.count > 1))
    for connection in watchers.members where connection.catchUp == nil {
      work.concern(connection)
      connection.share.topicCount += 1
      connection.share.topic = watchers.index
    }
  }

  /// Strings together each connection's replies, since one connection's may lie apart.
  private func chain(_ replies: [Reply]) {
    for index in replies.indices {
      guard case .client(let connection)? = connections[replies[index].connection] else {
        if case .opened(let session, _) = replies[index].body {
          // The client did not wait.
          _ = submit(.closed(session, .lost))
        }
        continue
      }
      work.concern(connection)
      if let chained = connection.share.replies {
        work.nextReply[chained.last] = index
        connection.share.replies = (chained.first, index)
      } else {
        connection.share.replies = (index, index)
      }
    }
  }

  private func serve(
    _ connection: ConnectionHandler, _ delivery: Delivery, _ frames: inout ByteBuffer
  ) {
    let share = connection.share
    do {
      if share.topicCount > 0, let publication = delivery.publication, !connection.isClosing {
        try push(publication, to: connection, share, &frames)
        connection.seenThrough = publication.batch.lastPosition
      }
      var next = share.replies?.first ?? -1
      while next >= 0 {
        try connection.take(delivery.replies[next], &frames, through: delivery.through)
        next = work.nextReply[next]
      }
    } catch {
      return fail(connection, .internalFault, error)
    }
    if frames.readableBytes > 0 { connection.write(frames) }
    connection.flush()
    if isStopping, connection.inFlight.isEmpty { connection.stop() }
  }

  private func push(
    _ publication: Publication, to connection: ConnectionHandler, _ share: DeliveryShare,
    _ frames: inout ByteBuffer
  ) throws {
    guard share.topicCount == 1 else {
      return try pushMerged(publication, to: connection, &frames)
    }
    if work.topics[share.topic].isShared {
      try pushShared(share.topic, of: publication, to: connection)
    } else {
      try encode(
        work.topics[share.topic].entries, of: publication, &frames, connection.form)
    }
  }

  private func pushShared(
    _ topic: Int, of publication: Publication, to connection: ConnectionHandler
  ) throws {
    let form = connection.form
    if let shared = work.topics[topic].frames[form] { return connection.write(shared) }
    var shared = ByteBuffer()
    try encode(work.topics[topic].entries, of: publication, &shared, form)
    work.topics[topic].frames[form] = shared
    connection.write(shared)
  }

  private func pushMerged(
    _ publication: Publication, to connection: ConnectionHandler, _ frames: inout ByteBuffer
  ) throws {
    var indices: [Int] = []
    for filing in connection.filings where filing.watchers.delivery == work.number {
      indices.append(filing.watchers.index)
    }
    indices.sort { work.topics[$0].entries.count > work.topics[$1].entries.count }
    // A player's own move is seen by all around too: then there is nothing to merge.
    let widest = work.topics[indices[0]]
    if widest.isShared,
      indices.dropFirst().allSatisfy({
        Publication.covers(widest.entries, work.topics[$0].entries)
      })
    {
      return try pushShared(indices[0], of: publication, to: connection)
    }
    let isShared = indices.allSatisfy { work.topics[$0].isShared }
    let key = MergeKey(topics: indices.sorted(), form: connection.form)
    if isShared, let merged = work.merged[key] { return connection.write(merged) }
    let entries = indices.reduce(into: []) {
      $0 = Publication.merge($0, work.topics[$1].entries)
    }
    guard isShared else {
      return try encode(entries, of: publication, &frames, connection.form)
    }
    var merged = ByteBuffer()
    try encode(entries, of: publication, &merged, connection.form)
    work.merged[key] = merged
    connection.write(merged)
  }

  /// Writes the visible part of a batch as frames.
  ///
  /// - Throws: What SwiftProtobuf throws for bytes that are no message, where they have to become
  ///   JSON.
  func encode(
    _ entries: [Publication.VisibleEntry], of publication: Publication,
    _ frames: inout ByteBuffer, _ form: MessageForm
  ) throws {
    for entry in entries {
      publication.batch.withEntry(at: Int(entry.index)) {
        work.writer.append(
          $0, events: entry.events, isWhole: entry.isWhole,
          texts: publication.texts(of: $0.position))
      }
      if work.writer.byteCount >= PushWriter.messageBytes {
        try work.writer.finish(into: &frames, as: form)
      }
    }
    try work.writer.finish(into: &frames, as: form)
  }
}
