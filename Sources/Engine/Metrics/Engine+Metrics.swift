import EventLog
package import Metrics
import Projection
import World

extension Engine {
  /// Writes what can be told of the engine while it runs.
  ///
  /// The engine is not asked, so it answers however busy it is. It reads the log's end, so it belongs on
  /// a thread that may block. What cannot be read is left out.
  package func addMetrics(to text: inout MetricsText) {
    // Before the log, so that no image seems to be ahead of it.
    let statuses = images?.statuses ?? []
    let summary = try? log.summary()
    text.family(
      "finalverse_world_info", .gauge, "The world; the number is always 1.",
      [.init(1, ("world", worldName), ("log_id", "\(logID)"))])
    text.addLog(summary, freeBytes: configuration.room.freeBytes)
    text.add(commitCounts)
    text.add(counts)
    addState(to: &text)
    if let images { text.add(statuses, writeTimes: images.writeTimes, summary?.lastPosition) }
  }

  private func addState(to text: inout MetricsText) {
    let status = self.status
    text.gauge(
      "finalverse_accepting_commands", "1 while commands are accepted, 0 while the disk is full.",
      status.acceptsCommands ? 1 : 0)
    text.gauge("finalverse_sessions", "Players who are signed in.", status.players)
    text.gauge("finalverse_topics", "Topics that somebody watches.", status.topics)
    text.gauge("finalverse_inbox_requests", "Requests that wait for the engine.", inbox.weight)
    text.gauge(
      "finalverse_inbox_capacity", "Requests that may wait; more are answered busy.",
      configuration.inboxCapacity)
    let due = counts.nextDue.value
    let late = max(0, configuration.clock.now().microseconds - min(due, .max / 2))
    text.family(
      "finalverse_scheduler_lag_seconds", .gauge, "How long the next job has been due.",
      [.init(Double(late) / 1_000_000, [])])
  }
}

extension MetricsText {
  fileprivate mutating func addLog(_ summary: LogSummary?, freeBytes: UInt64?) {
    if let summary {
      gauge(
        "finalverse_log_position", "The position of the last durable entry.",
        summary.lastPosition.rawValue)
      gauge("finalverse_log_bytes", "Bytes that the log takes on disk.", summary.byteCountOnDisk)
      add(summary.segments)
      gauge(
        "finalverse_epoch", "The writer's term: one more with each start.", summary.epoch.rawValue)
    }
    if let freeBytes {
      gauge("finalverse_disk_free_bytes", "Bytes that are free on the log's disk.", freeBytes)
    }
  }

  private mutating func add(_ segments: [LogSummary.Segment]) {
    let states = [
      ("active", segments.filter { !$0.isSealed }),
      ("sealed", segments.filter { $0.isSealed && !$0.isArchived }),
      ("archived", segments.filter(\.isArchived)),
    ]
    family(
      "finalverse_log_segments", .gauge, "Files that the log is in, by state.",
      states.map { Sample($0.1.count, ("state", $0.0)) })
    family(
      "finalverse_log_segment_bytes", .gauge, "Bytes of these files.",
      states.map { state in
        Sample(state.1.reduce(0) { $0 + $1.byteCountOnDisk }, ("state", state.0))
      })
    family(
      "finalverse_log_segment_entries", .gauge, "Entries in these files.",
      states.map { state in Sample(state.1.reduce(0) { $0 + $1.entries }, ("state", state.0)) })
  }

  fileprivate mutating func add(_ commits: CommitCounts) {
    counter("finalverse_entries_total", "Entries made durable.", commits.entries.value)
    counter("finalverse_entry_bytes_total", "Bytes of these entries.", commits.bytes.value)
    histogram(
      "finalverse_commit_seconds", "How long a batch took to be durable.",
      commits.seconds.contents)
    histogram(
      "finalverse_batch_entries", "How many entries a batch had.", commits.batchEntries.contents)
  }

  fileprivate mutating func add(_ counts: EngineCounts) {
    let kinds = CommandCatalogue.schema.entries + [.unknown]
    family(
      "finalverse_commands_total", .counter, "Commands decided, by kind and outcome.",
      kinds.flatMap { kind in
        CommandCounts.Outcome.allCases.map { outcome in
          Sample(
            counts.commands.value(of: kind.kind, outcome), ("system", kind.system),
            ("command", kind.command), ("outcome", "\(outcome)"))
        }
      })
    family(
      "finalverse_queries_total", .counter, "Questions, by outcome.",
      [
        Sample(counts.queriesAnswered.value, ("outcome", "answered")),
        Sample(counts.queriesRejected.value, ("outcome", "rejected")),
      ])
    family(
      "finalverse_rejections_total", .counter, "Requests that the world refused, by code.",
      counts.rejections.contents.map { Sample($0.count, ("code", $0.code)) })
    counter("finalverse_jobs_fired_total", "Jobs of the scheduler fired.", counts.jobsFired.value)
    family(
      "finalverse_engine_busy_seconds_total", .counter, "Time that the engine's thread worked.",
      [Sample(Double(counts.busyNanoseconds.value) / 1_000_000_000, [])])
  }

  fileprivate mutating func add(
    _ statuses: [ImageStatus], writeTimes: Histogram, _ lastPosition: Position?
  ) {
    if let lastPosition {
      family(
        "finalverse_image_lag_entries", .gauge, "Entries that an image has not seen.",
        statuses.map { status in
          let position = status.checkpoint?.position ?? .zero
          let lag = max(0, position.distance(to: lastPosition))
          return Sample(lag, ("projection", status.projection))
        })
    }
    family(
      "finalverse_image_failing", .gauge, "1 while an image cannot be written.",
      statuses.map { status in
        Sample(
          status.fault != nil || status.isGivenUp ? 1 : 0, ("projection", status.projection))
      })
    histogram(
      "finalverse_image_write_seconds", "How long a round of changes took to be in the images.",
      writeTimes.contents)
  }
}

extension CommandCatalogue.Entry {
  /// For commands that name nothing, or something of a newer schema.
  fileprivate static let unknown = Self(kind: .unknown, system: "unknown", command: "unknown")
}
