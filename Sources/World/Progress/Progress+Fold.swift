import EventLog
import Projection
package import Schema
import SwiftProtobuf

extension Progress {
  /// The highest number of a region that is noted as discovered.
  private static let regionsNoted: UInt32 = 1_000_000

  /// Applies one event.
  ///
  /// Total: resonance out of range is taken as the nearest that is not, and a region beyond any grid is not noted.
  package mutating func fold(_ event: ProgressEvent.OneOf_Event, of entry: EntryStamp) {
    switch event {
    case .progressRulesSet(let set):
      rulesRows.set(.only, to: .with { $0.rules = set.rules })
      rebuildIndexes()
    case .deedDone(let done):
      change(done.player) { row in
        row.resonance = Self.clamped(done.resonance)
        row.tier = done.tier
        row.count(done, at: entry.time)
        for milestone in done.milestones where !row.milestones.contains(milestone) {
          row.milestones.append(milestone)
        }
        if (1...Self.regionsNoted).contains(done.region) { row.discover(done.region) }
      }
    case .resonanceAdjusted(let adjusted):
      change(adjusted.player) { row in
        row.resonance = Self.clamped(adjusted.resonance)
        row.tier = adjusted.tier
      }
    case .progressRetired(let retired): change(retired.player) { $0.isRetired = true }
    case .progressRestored(let restored): change(restored.player) { $0.isRetired = false }
    }
  }

  private static func clamped(_ resonance: Int64) -> Int64 {
    min(max(0, resonance), resonanceMax)
  }

  private mutating func change(_ number: UInt64, _ body: (inout ProgressRow) -> Void) {
    let player = PlayerID(number)
    if rows.update(player, body) { return }
    var row = ProgressRow()
    row.player = number
    body(&row)
    rows.set(player, to: row)
  }
}

extension ProgressRow {
  fileprivate mutating func count(_ done: DeedDone, at time: Timestamp) {
    var index = deeds.firstIndex { $0.deed == done.deed }
    if index == nil {
      let place = deeds.firstIndex { $0.deed.rawValue > done.deed.rawValue } ?? deeds.endIndex
      deeds.insert(.with { $0.deed = done.deed }, at: place)
      index = place
    }
    guard let index else { return }
    deeds[index].count &+= 1
    deeds[index].weariness = done.weariness
    deeds[index].lastUs = time.microseconds
  }

  fileprivate mutating func discover(_ region: UInt32) {
    let (word, bit) = Int(region - 1).quotientAndRemainder(dividingBy: 64)
    while discovered.count <= word { discovered.append(0) }
    discovered[word] |= 1 << UInt64(bit)
  }
}
