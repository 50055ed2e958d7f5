import Engine
import NIOCore
import WebSocket

/// What a delivery brings to one connection.
///
/// It is kept with the connection and goes stale with the delivery.
struct DeliveryShare {
  /// The delivery's number.
  var delivery: UInt64 = 0
  /// Under how many topics the connection sees something.
  var topicCount = 0
  /// One of these topics.
  var topic = 0
  /// The first and the last of its replies; nil when it has none.
  var replies: (first: Int, last: Int)?
}

/// A topic of a delivery that somebody watches here.
struct SeenTopic {
  /// What is visible.
  let entries: [Publication.VisibleEntry]
  /// Whether several connections watch it, so that its frames are worth keeping.
  let isShared: Bool
  /// Its frames, once somebody needed them.
  var frames: [MessageForm: ByteBuffer] = [:]
}

/// What is merged from several topics for those who watch the same ones.
struct MergeKey: Hashable {
  let topics: [Int]
  let form: MessageForm
}

/// The memory that deliveries are worked off in, one after the other.
struct DeliveryWork {
  /// The number of the delivery at hand.
  private(set) var number: UInt64 = 0
  /// The topics that somebody here sees.
  var topics: [SeenTopic] = []
  /// The connections that it brings something to.
  var concerned: [ConnectionHandler] = []
  /// For each reply, the next one to the same connection; -1 for none.
  var nextReply: [Int] = []
  /// Frames merged from topics that several connections watch.
  var merged: [MergeKey: ByteBuffer] = [:]
  /// Puts pushes together.
  var writer: PushWriter

  /// Memory that is not used yet.
  init(compressor: Compressor) {
    writer = PushWriter(compressor: compressor)
  }

  /// Begins the next delivery.
  mutating func begin(replies: Int) {
    number += 1
    nextReply.removeAll(keepingCapacity: true)
    nextReply.append(contentsOf: repeatElement(-1, count: replies))
  }

  /// Lets go of everything that belongs to the delivery at hand.
  mutating func end() {
    topics.removeAll(keepingCapacity: true)
    concerned.removeAll(keepingCapacity: true)
    merged.removeAll(keepingCapacity: true)
  }

  /// The share of a connection in the delivery at hand; notes that it is concerned.
  mutating func concern(_ connection: ConnectionHandler) {
    guard connection.share.delivery != number else { return }
    connection.share = DeliveryShare(delivery: number)
    concerned.append(connection)
  }
}

extension Publication {
  /// Whether what is visible under one topic is visible under another, too.
  ///
  /// - Complexity: O(*k* log *n*) for *k* entries among *n*.
  static func covers(_ wide: [VisibleEntry], _ narrow: [VisibleEntry]) -> Bool {
    var low = 0
    for entry in narrow {
      var high = wide.count
      while low < high {
        let middle = (low + high) / 2
        if wide[middle].index < entry.index { low = middle + 1 } else { high = middle }
      }
      guard low < wide.count, wide[low].index == entry.index,
        entry.events & ~wide[low].events == 0
      else { return false }
    }
    return true
  }
}
