import Engine
import EventLog
import Schema
import SwiftProtobuf

/// The whole story of one thing, event by event.
struct Timeline: Sendable {
  /// An event of it.
  struct Line: Sendable {
    /// What its entry says of itself.
    let header: EntryHeader
    /// The event.
    let event: Event
    /// The event in a sentence, with the names of that moment.
    let sentence: String
    /// What was said, where it was asked for and is there.
    let said: String?

    /// For people: position, time and what happened.
    var text: String {
      let position = String(header.position.rawValue)
      let space = String(repeating: " ", count: max(0, 9 - position.count))
      let quote = said.map { ": " + JSONText.string($0).text } ?? ""
      return "\(space)\(position)  \(header.time)  \(sentence)\(quote)"
    }

    /// For programs: one object.
    func json() throws -> String {
      JSONText.object(
        [
          ("position", .large(header.position.rawValue)),
          ("time", .string(header.time.description)),
          ("timeUs", .large(header.time.microseconds)),
          ("actor", .large(header.actor.rawValue)),
          ("kind", .string(EventText(event).name)),
          ("text", .string(sentence)),
          ("event", .raw(try event.jsonString())),
        ] + (said.map { [("said", .string($0))] } ?? [])
      ).text
    }
  }

  /// How it ended.
  struct Ending: Sendable {
    /// How the thing stands, in a sentence.
    let sentence: String
    /// Events of it, shown or not.
    let events: Int
    /// Events shown.
    let shown: Int

    /// For people.
    var text: String {
      let left = events == shown ? "" : " (\(Figures.count(shown)) of them shown)"
      return sentence + left
    }

    /// For programs: one object.
    var json: String {
      JSONText.object([
        (
          "end",
          .object([
            ("text", .string(sentence)), ("events", .number(events)), ("shown", .number(shown)),
          ])
        )
      ]).text
    }
  }

  /// What it is about.
  let wanted: EntryFilter.Wanted
  /// The first entry to show; what is before is read for the names and the whole story.
  var from: Instant?
  /// The last entry to look at.
  var to: Instant?
  /// At most so many lines.
  var limit: Int?
  /// Where what was said is; nil when it is not asked for.
  var texts: (any TextStore)?

  /// The story of a thing.
  init(of wanted: EntryFilter.Wanted) {
    self.wanted = wanted
  }

  /// Tells it.
  ///
  /// - Throws: ``EventLog/LogFault``, what `show` throws, or a ``Failure`` when there is nothing to tell or
  ///   a payload cannot be decoded.
  func run(on log: any LogReader, _ show: (Line) throws -> Void) throws -> Ending {
    let summary = try log.summary()
    let last = try to?.position(in: log) ?? summary.lastPosition
    let first = try from?.firstPosition(in: log) ?? summary.firstPosition
    var names = NameBook()
    var story = Story(of: wanted)
    var shown = 0
    let progress = Progress("reading", of: max(0, summary.firstPosition.distance(to: last) + 1))
    defer { progress.abandon() }
    let filter = EntryFilter([wanted])
    try log.read(from: summary.firstPosition, through: last, kinds: kinds) { entry in
      progress.update(summary.firstPosition.distance(to: entry.position))
      let givesName = entry.kinds.contains { NameBook.kinds.contains($0) }
      guard givesName || filter.mayMatch(entry) else { return .proceed }
      let (header, payload) = (entry.header, try Payload(decoding: entry))
      for event in payload.events { names.note(event) }
      for (number, event) in payload.events.enumerated()
      where filter.matches(actor: header.actor, events: [EventText(event)]) {
        story.note(event, of: header)
        guard header.position >= first, shown < limit ?? .max else { continue }
        try show(
          Line(
            header: header, event: event, sentence: names.sentence(event),
            said: try said(with: event, number, of: header)))
        shown += 1
      }
      return story.isOver ? .stop : .proceed
    }
    guard let sentence = story.closing(names) else { throw nothing(through: last) }
    return Ending(sentence: sentence, events: story.events, shown: shown)
  }

  /// What was said with an event; nil for one that says nothing, or where it was erased.
  private func said(
    with event: Event, _ number: Int, of header: EntryHeader
  ) throws -> String? {
    guard case .chat = event.system else { return nil }
    return try texts?.texts(at: [header.position]).first { $0.event == number }?.text
  }

  /// Which entries need looking at; nil means all: a player may cause one that names no player.
  private var kinds: Set<EventKind>? {
    guard wanted.subject != .player else { return nil }
    return EventCatalogue.schema.kinds(mentioning: wanted.subject).union(NameBook.kinds)
  }

  private func nothing(through last: Position) -> Failure {
    Failure(
      .noData,
      """
      nothing up to position \(last) is about \(wanted.subject.rawValue) \(wanted.number). \
      Check the number; 'finalverse replay' prints them all.
      """)
  }
}
