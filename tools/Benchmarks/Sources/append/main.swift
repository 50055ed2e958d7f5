// Appends entries to an event log in batches, every batch durable, as fast as one thread can.
//
//   append DIRECTORY BATCH PAYLOAD-BYTES SECONDS
//
// Filling the batch, its checksums and its hash are part of what is measured. Prints one line of JSON.

import EventLog

struct Arguments {
  let directory: String
  let batch: Int
  let payloadBytes: Int
  let seconds: Double

  init?(_ words: [String]) {
    guard words.count == 5, let batch = Int(words[2]), let payloadBytes = Int(words[3]),
      let seconds = Double(words[4]), batch > 0, payloadBytes > 0
    else { return nil }
    directory = words[1]
    self.batch = batch
    self.payloadBytes = payloadBytes
    self.seconds = seconds
  }
}

struct Failure: Error {
  let message: String
}

func measure(_ arguments: Arguments) throws -> (entries: Int, seconds: Double) {
  let log = try LMDBEventLog(directory: arguments.directory, access: .readWrite)
  let epoch = try log.takeEpoch()
  let payload = [UInt8](repeating: 0x2A, count: arguments.payloadBytes)
  let kinds: EventKinds = [EventKind(system: 4, event: 2)]
  let entryBytes = EntryFormat.byteCount(kinds: 1, payload: payload.count)

  let clock = ContinuousClock()
  let begun = clock.now
  let limit = Duration.seconds(arguments.seconds)
  var last = Position.zero
  while clock.now - begun < limit {
    var batch = EntryBatch(
      after: last, epoch: epoch, reservingBytes: arguments.batch * entryBytes)
    for index in 1...UInt64(arguments.batch) {
      try batch.append(
        time: Timestamp(microseconds: Int64(last.rawValue + index)), actor: .firstPlayer,
        commandID: CommandID(last.rawValue + index), eventCount: 1, kinds: kinds,
        payload: payload.span.bytes)
    }
    guard case .appended = log.append(batch, epoch: epoch, expected: last) else {
      throw Failure(message: "a batch was not appended after position \(last)")
    }
    last = batch.lastPosition
  }
  return (Int(last.rawValue), (clock.now - begun) / .seconds(1))
}

guard let arguments = Arguments(CommandLine.arguments) else {
  print("usage: append DIRECTORY BATCH PAYLOAD-BYTES SECONDS")
  throw Failure(message: "wrong arguments")
}
let (entries, seconds) = try measure(arguments)
let rate = Int(Double(entries) / seconds)
print(
  """
  {"batch": \(arguments.batch), "bytes": \(arguments.payloadBytes), \
  "entries": \(entries), "entries_per_s": \(rate)}
  """)
