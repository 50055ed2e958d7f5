import EventLog
import Projection
package import Schema
import SwiftProtobuf

extension Melodies {
  /// Applies one event.
  ///
  /// Total: what is said of a melody or a performance that is not there changes nothing.
  package mutating func fold(_ event: MelodiesEvent.OneOf_Event, of entry: EntryStamp) {
    switch event {
    case .melodyRulesSet(let set): self.set(set.rules)
    case .melodyComposed(let composed): keep(composed, at: entry.time)
    case .melodyRetired(let retired): retire(MelodyID(retired.melody))
    case .melodyPerformed: break
    case .performanceProposed(let proposed): open(proposed)
    case .performanceJoined(let joined):
      assign(joined.part, of: PerformanceID(joined.performance), to: joined.player)
    case .performanceLeft(let left):
      assign(left.part, of: PerformanceID(left.performance), to: 0)
    case .performanceGiven(let given): close(PerformanceID(given.performance))
    case .performanceCalledOff(let off): close(PerformanceID(off.performance))
    case .performanceExpired(let expired): close(PerformanceID(expired.performance))
    }
  }

  private mutating func keep(_ composed: MelodyComposed, at time: Timestamp) {
    let melody = MelodyID(composed.melody)
    retire(melody)
    melodies.set(
      melody,
      to: .with {
        $0.melody = composed.melody
        $0.player = composed.player
        $0.piece = composed.piece
        $0.quality = composed.quality
        $0.mood = composed.mood
        $0.sources = composed.sources
        $0.composedUs = time.microseconds
      })
    melodiesOfPlayer.insert(melody, into: PlayerID(composed.player))
  }

  private mutating func retire(_ melody: MelodyID) {
    guard let player = melodies.withRow(melody, { $0.player }) else { return }
    melodies.remove(melody)
    melodiesOfPlayer.remove(melody, from: PlayerID(player))
  }

  private mutating func open(_ proposed: PerformanceProposed) {
    let performance = PerformanceID(proposed.performance)
    close(performance)
    let parts = min(Int(proposed.parts), Music.voicesMax)
    var performers = [UInt64](repeating: 0, count: parts)
    if Int(proposed.part) < parts { performers[Int(proposed.part)] = proposed.player }
    let row = PerformanceRow.with {
      $0.performance = proposed.performance
      $0.melody = proposed.melody
      $0.player = proposed.player
      $0.region = proposed.region
      $0.title = proposed.title
      $0.performers = performers
      $0.quality = proposed.quality
      $0.mood = proposed.mood
      $0.expiresUs = proposed.expiresUs
    }
    performances.set(performance, to: row)
    performancesOfRegion.insert(performance, into: RegionID(row.region))
    for player in row.takingPart { performancesOfPlayer.insert(performance, into: player) }
  }

  /// Gives a part to a player, or to nobody.
  private mutating func assign(_ part: UInt32, of performance: PerformanceID, to player: UInt64) {
    guard var row = performances[performance], Int(part) < row.performers.count else { return }
    let former = PlayerID(row.performers[Int(part)])
    row.performers[Int(part)] = player
    performances.set(performance, to: row)
    if row.part(of: former) == nil { performancesOfPlayer.remove(performance, from: former) }
    if player != 0 { performancesOfPlayer.insert(performance, into: PlayerID(player)) }
  }

  private mutating func close(_ performance: PerformanceID) {
    guard let row = performances[performance] else { return }
    performances.remove(performance)
    performancesOfRegion.remove(performance, from: RegionID(row.region))
    for player in row.takingPart { performancesOfPlayer.remove(performance, from: player) }
  }
}
