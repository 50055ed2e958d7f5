import Client
import Schema
import Synchronization

/// What a bot was told, shared by its client's event loop and the bot's task.
final class BotMemory: Sendable {
  fileprivate struct State {
    var witness = Witness()
    var whereabouts = Whereabouts()
    var contradictionsCounted = 0
  }

  private let meter: Meter
  private let ledger: HandoverLedger
  private let state = Mutex(State())

  init(meter: Meter, ledger: HandoverLedger) {
    self.meter = meter
    self.ledger = ledger
  }

  var witness: Witness { state.withLock { $0.witness } }

  /// What the bot's mind sees now.
  func view() -> BotView {
    let now = ContinuousClock.now
    return state.withLock {
      BotView(
        player: $0.witness.player, possession: $0.witness.possession,
        place: $0.whereabouts.place(at: now), isStanding: $0.whereabouts.isStanding(at: now))
    }
  }

  /// Takes in a message.
  ///
  /// Called on the connection's event loop.
  func observe(_ traffic: Traffic) {
    let now = ContinuousClock.now
    switch traffic {
    case .sent(let message):
      state.withLock { $0.witness.send(message, at: now) }
    case .received(let message):
      let (request, player, news) = state.withLock { state in
        let request = state.witness.receive(message)
        state.follow(message, at: now)
        let count = state.witness.contradictions.count
        defer { state.contradictionsCounted = count }
        return (request, state.witness.player, count - state.contradictionsCounted)
      }
      meter.note(contradictions: news)
      if let request { meter.note(message, to: request.kind, after: now - request.sent) }
      if case .push(let push)? = message.message {
        meter.note(pushes: push.entries.count)
        for entry in push.entries { ledger.note(entry, toldTo: player) }
      }
    }
  }

  /// The client has lost its connection.
  func loseConnection() {
    state.withLock { $0.witness.loseConnection() }
  }

  /// The bot is done.
  func finish(patience: Duration) {
    let now = ContinuousClock.now
    let news = state.withLock { state in
      state.witness.finish(at: now, patience: patience)
      return state.witness.contradictions.count - state.contradictionsCounted
    }
    meter.note(contradictions: news)
  }
}

extension BotMemory.State {
  fileprivate mutating func follow(_ message: ServerMessage, at now: ContinuousClock.Instant) {
    switch message.message {
    case .welcome(let welcome):
      whereabouts.note(timeUs: welcome.timeUs, at: now)
    case .subscribed(let subscribed):
      for state in subscribed.states where state.own.hasMovement {
        whereabouts.note(state.own.movement)
      }
    case .push(let push):
      for entry in push.entries {
        whereabouts.note(timeUs: entry.timeUs, at: now)
        for event in entry.payload.events {
          whereabouts.fold(event, of: witness.player, atUs: entry.timeUs)
        }
      }
    default: break
    }
  }
}
