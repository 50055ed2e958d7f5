import EventLog
import Projection
package import Schema
import SwiftProtobuf

extension Regions {
  /// Applies one event.
  package mutating func fold(_ event: RegionsEvent.OneOf_Event, of entry: EntryStamp) {
    switch event {
    case .worldFounded(let founded):
      worlds.set(
        .only,
        to: .with {
          $0.name = founded.name
          $0.seed = founded.seed
          $0.columns = founded.columns
          $0.rows = founded.rows
          $0.cellMm = founded.cellMm
          $0.rules = founded.rules
          $0.foundedUs = entry.time.microseconds
        })
      rebuildIndexes()
    case .regionNamed(let named):
      regions.set(
        RegionID(named.region),
        to: .with {
          $0.region = named.region
          $0.name = named.name
          $0.description_p = named.description_p
          $0.biome = named.biome
        })
    }
  }
}
