package import Schema
import SwiftProtobuf

/// How a world begins: a world file becomes the first entries of a log.
///
/// Everything of the file ends in events, so that the log is self-contained and the file is not
/// read again. The file is checked as a whole before anything is written, and a fault names the
/// place in it.
package enum Founding {
  /// The entries that found the world, in order, the first of which stands at position 1.
  ///
  /// They are: `WorldFounded` with the regions' names, the kinds of items, the leaderboards, the clock and the rules of what
  /// lives by it, and an entry for each pile.
  ///
  /// - Parameters:
  /// - file: What the world starts with. Its own seed is not looked at.
  /// - seed: The seed of everything random in the world.
  package static func entries(
    for file: WorldFile, seed: UInt64
  ) throws(FoundingFault) -> [Decision] {
    let plan = try FoundingPlan(checking: file, seed: seed)
    var entries = EntryFiller()
    entries.add { $0.regions(.worldFounded(plan.world)) }
    for region in plan.regions {
      entries.add { $0.regions(.regionNamed(region)) }
    }
    for kind in plan.kinds {
      entries.add { $0.inventory(.itemKindDefined(kind)) }
    }
    for board in plan.boards {
      entries.add { $0.leaderboards(.boardDefined(board)) }
    }
    if let clock = plan.clock {
      entries.add { $0.worldClock(.clockStarted(.with { $0.rules = clock })) }
      let start = WorldTime(clock.startUs)
      let count = UInt32(plan.regions.count)
      entries.add {
        $0.harmony(.harmonyRulesSet(.beginning(plan.harmony, regions: count, at: start)))
      }
      entries.add {
        $0.weather(.weatherRulesSet(.beginning(plan.weather, regions: count, at: start)))
      }
      entries.add {
        $0.ecosystem(.ecosystemRulesSet(.beginning(plan.ecosystem, regions: count, at: start)))
      }
      for species in plan.species {
        entries.add { $0.ecosystem(.speciesDefined(.with { $0.species = species })) }
      }
      entries.add { $0.echoes(.echoRulesSet(.with { $0.rules = plan.echoRules })) }
      for (index, echo) in plan.echoes.enumerated() {
        let placed = echo.placed(as: UInt64(index + 1), among: count, at: start)
        entries.add { $0.echoes(.echoPlaced(placed)) }
      }
    }
    if let melodies = plan.melodies {
      entries.add { $0.melodies(.melodyRulesSet(.with { $0.rules = melodies })) }
    }
    if let progress = plan.progress {
      entries.add { $0.progress(.progressRulesSet(.with { $0.rules = progress })) }
    }
    entries.close()
    for var pile in plan.piles {
      pile.pile = UInt64(entries.filled.count + 1)
      entries.add { $0.inventory(.goodsPlaced(pile)) }
      entries.close()
    }
    return entries.filled
  }
}

/// What is wrong with a world file.
package struct FoundingFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where in the file, as a path of JSON names: `regions[3].piles[0].coins`.
  package let path: String
  /// What is wrong there and what is allowed, as a sentence.
  package let message: String

  /// The path and what is wrong there.
  package var description: String { "\(path): \(message)" }
}

/// Spreads events over entries that are as full as an entry may be.
private struct EntryFiller {
  private(set) var filled: [Decision] = []
  private var open = Decision()

  mutating func add(_ addition: (inout Decision) -> Void) {
    if open.events.count == Decision.eventsMax { close() }
    addition(&open)
  }

  mutating func close() {
    guard !open.events.isEmpty else { return }
    filled.append(open)
    open = Decision()
  }
}
