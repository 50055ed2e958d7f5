import Projection
package import Schema
import SwiftProtobuf

extension Harmony {
  /// Applies one event.
  ///
  /// Total: what is out of range is taken as the nearest that is not.
  package mutating func fold(_ event: HarmonyEvent.OneOf_Event) {
    switch event {
    case .harmonyRulesSet(let set):
      let beganUs = rulesRows.withRow(.only) { $0.beganUs } ?? set.worldUs
      rulesRows.set(
        .only,
        to: .with {
          $0.rules = set.rules
          $0.beganUs = beganUs
        })
      rebuildIndexes()
    case .harmonyDrifted(let drifted):
      put(drifted.region, Standing(harmony: drifted.harmony, silence: drifted.silence))
    case .songHeard(let heard):
      put(heard.region, Standing(harmony: heard.harmony, silence: heard.silence)) { row in
        if heard.quality > 0 { row.songUs = max(row.songUs, heard.worldUs) }
      }
      singers.set(
        PlayerID(heard.player),
        to: .with {
          $0.player = heard.player
          $0.region = heard.region
          $0.songUs = heard.worldUs
        })
    case .harmonySet(let set):
      put(set.region, Standing(harmony: set.harmony, silence: set.silence))
    }
  }

  private mutating func put(
    _ number: UInt32, _ standing: Standing, _ body: (inout HarmonyRow) -> Void = { _ in }
  ) {
    let region = RegionID(number)
    var row = row(of: region) ?? .with { $0.region = number }
    row.harmony = standing.harmony
    row.silence = standing.silence
    body(&row)
    regions.set(region, to: row)
  }
}
