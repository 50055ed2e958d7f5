import EventLog
import Schema
import World

/// How far each player has come: resonance is the sum of what was told, and all else follows from it.
///
/// Each deed must have been done in the same entry, earn what its rule and its repetition allow, and bring the tier and the
/// milestones that are due with it, no more and no less.
struct ProgressBook {
  /// What somebody did, as another system's event has it.
  fileprivate struct Deed: Equatable {
    let player: UInt64
    let kind: DeedKind
    var region: UInt32 = 0
  }

  /// How often something was done.
  fileprivate struct Done: Equatable {
    var count: Int64 = 0
    var weariness: Int64 = 0
    var lastUs: Int64 = 0
  }

  /// What is known of a player.
  fileprivate struct Sheet: Equatable {
    var resonance: Int64 = 0
    var tier: UInt32 = 0
    var isRetired = false
    var done: [DeedKind: Done] = [:]
    var milestones: Set<UInt32> = []
    var discovered: Set<UInt32> = []
  }

  /// The most resonance there is, and the most weariness.
  private static let most: (resonance: Int64, weariness: Int64) = (1_000_000_000_000, 1_000_000)
  /// So many events leave room for what they earn: an entry has 64 at most.
  private static let eventsWithRoom = 40

  private var rules: ProgressRules?
  private var sheets: [UInt64: Sheet] = [:]
  /// Whose sheets have changed since the last comparison; one may be there twice.
  private var touched: [UInt64] = []
  private var deeds: [Deed] = []
  private var rewarded: [UInt64] = []

  // MARK: Events

  /// Follows the events of an entry.
  mutating func follow(_ events: ArraySlice<Event>, at time: Timestamp) throws(BookFault) {
    deeds.removeAll(keepingCapacity: true)
    rewarded.removeAll(keepingCapacity: true)
    var mayHaveOthers = false
    for event in events {
      switch event.system {
      case .progress(let progress):
        if let event = progress.event { try follow(event, at: time) }
      case .movement, .trade, .inventory, .harmony: note(event)
      case .players, .presence, .leaderboards, .chat, .weather: break
      default: mayHaveOthers = true
      }
    }
    // Of what a player does in one entry the first counts, and that may be what this book does not know.
    guard !mayHaveOthers, events.count <= Self.eventsWithRoom else { return }
    for (index, deed) in deeds.enumerated()
    where !deeds[..<index].contains(where: { $0.player == deed.player }) {
      try expectRewarded(deed)
    }
  }

  private mutating func note(_ event: Event) {
    switch event.system {
    case .movement(let movement):
      switch movement.event {
      case .borderCrossed(let event):
        deeds.append(Deed(player: event.player, kind: .discovery, region: event.toRegion))
      case .playerPlaced(let event):
        deeds.append(Deed(player: event.player, kind: .discovery, region: event.region))
      default: break
      }
    case .trade(let trade):
      guard case .tradeCommitted(let event) = trade.event else { return }
      deeds.append(Deed(player: event.proposer, kind: .trade))
      deeds.append(Deed(player: event.partner, kind: .trade))
    case .inventory(let inventory):
      guard case .goodsGiven(let event) = inventory.event else { return }
      deeds.append(Deed(player: event.from, kind: .gift))
    case .harmony(let harmony):
      guard case .songHeard(let event) = harmony.event, event.quality > 0 else { return }
      deeds.append(Deed(player: event.player, kind: .song))
    default: break
    }
  }

  private mutating func follow(
    _ event: ProgressEvent.OneOf_Event, at time: Timestamp
  ) throws(BookFault) {
    switch event {
    case .progressRulesSet(let set):
      try BookFault.expect(
        set.rules.milestones.count >= rules?.milestones.count ?? 0, "takes milestones away")
      rules = set.rules
    case .deedDone(let done): try follow(done, at: time)
    case .resonanceAdjusted(let adjusted):
      let rules = rules
      try change(adjusted.player) { (sheet: inout Sheet) throws(BookFault) in
        try BookFault.expect(
          !sheet.isRetired && adjusted.resonance == sheet.resonance + adjusted.by,
          "gives player \(adjusted.player) \(adjusted.by) of resonance, which has \(sheet.resonance), and tells \(adjusted.resonance)"
        )
        try sheet.come(to: adjusted.resonance, adjusted.tier, by: rules)
      }
    case .progressRetired(let retired):
      try change(retired.player) { (sheet: inout Sheet) throws(BookFault) in
        try BookFault.expect(!sheet.isRetired, "puts the same progress aside twice")
        sheet.isRetired = true
      }
    case .progressRestored(let restored):
      try change(restored.player) { (sheet: inout Sheet) throws(BookFault) in
        try BookFault.expect(sheet.isRetired, "restores progress that is not put aside")
        sheet.isRetired = false
      }
    }
  }

  private mutating func change(
    _ player: UInt64, _ body: (inout Sheet) throws(BookFault) -> Void
  ) throws(BookFault) {
    touched.append(player)
    var sheet = sheets.removeValue(forKey: player) ?? Sheet()
    try body(&sheet)
    sheets[player] = sheet
  }

  // MARK: Deeds

  private mutating func follow(_ done: DeedDone, at time: Timestamp) throws(BookFault) {
    guard let rules else { throw BookFault("rewards a deed where nothing is earned") }
    try BookFault.expect(
      !rewarded.contains(done.player), "rewards player \(done.player) twice")
    rewarded.append(done.player)
    let deed = Deed(player: done.player, kind: done.deed, region: done.region)
    switch done.deed {
    case .discovery, .trade, .gift, .song:
      try BookFault.expect(deeds.contains(deed), "rewards \(deed), which was not done")
    default: break
    }
    try change(done.player) { (sheet: inout Sheet) throws(BookFault) in
      try BookFault.expect(!sheet.isRetired, "rewards progress that is put aside")
      let isNew = done.deed != .discovery || sheet.discovered.insert(done.region).inserted
      try BookFault.expect(isNew, "has region \(done.region) discovered again")
      var former = sheet.done[done.deed] ?? Done()
      try Self.expectEarned(done, after: former, sheet.resonance, at: time, by: rules)
      former.count += 1
      former.weariness = done.weariness
      former.lastUs = time.microseconds
      sheet.done[done.deed] = former
      try sheet.come(to: sheet.resonance + done.earned, done.tier, by: rules)
      try BookFault.expect(
        done.resonance == sheet.resonance,
        "tells a resonance of \(done.resonance), where \(done.earned) more come to \(sheet.resonance)"
      )
      let due = Self.milestones(due: former.count, of: done.deed, by: rules)
        .filter { !sheet.milestones.contains($0) }
      try BookFault.expect(
        done.milestones == due, "tells of milestones \(done.milestones), where \(due) are reached")
      sheet.milestones.formUnion(due)
    }
  }

  private static func milestones(
    due count: Int64, of deed: DeedKind, by rules: ProgressRules
  ) -> [UInt32] {
    rules.milestones.enumerated()
      .filter { $0.element.deed == deed && $0.element.count <= count }
      .map { UInt32($0.offset + 1) }
  }

  /// A deed earns less in proportion to how weary of it its player is, and weariness has gone since the last by what time has passed.
  private static func expectEarned(
    _ done: DeedDone, after former: Done, _ resonance: Int64, at time: Timestamp,
    by rules: ProgressRules
  ) throws(BookFault) {
    // What is told has this deed in it already.
    let weary = done.weariness - 1_000
    // At the top it is not known how much of this deed there was no room for.
    let weariest = done.weariness == most.weariness ? most.weariness : weary
    let recovery = max(1, rules.recoveryUs)
    let age = max(0, time.microseconds - former.lastUs)
    let halved = former.weariness >> min(age / recovery, 62)
    // From one halving to the next in a straight line.
    let into = Int128(age % recovery) * Int128(halved / 2) / Int128(recovery)
    let left = halved - Int64(into)
    let slack = halved / 2_000 + 2
    try BookFault.expect(
      weary >= 0 && weary <= left + slack && weariest >= left - slack,
      "tells a weariness of \(done.weariness), where \(left) are left of \(former.weariness) after \(age) µs"
    )
    let rule = rules.deeds.first { $0.deed == done.deed } ?? DeedRule()
    func earned(_ weariness: Int64) -> Int64 {
      guard rule.halfAfter > 0 else { return rule.resonance }
      let half = rule.halfAfter * 1_000
      return rule.resonance * half / (half + weariness)
    }
    let isFull = resonance + done.earned == most.resonance
    try BookFault.expect(
      done.earned <= earned(weary) && (isFull || done.earned >= earned(weariest)),
      "gives \(done.earned) for a deed of which its player is weary by \(weary), where it is to give \(earned(weary))"
    )
  }

  /// What earns something for certain is told.
  private func expectRewarded(_ deed: Deed) throws(BookFault) {
    let sheet = sheets[deed.player] ?? Sheet()
    guard let rules, !sheet.isRetired, !rewarded.contains(deed.player) else { return }
    if deed.kind == .discovery {
      return try BookFault.expect(
        sheet.discovered.contains(deed.region), "does not tell of \(deed)")
    }
    let count = sheet.done[deed.kind]?.count ?? 0
    let rule = rules.deeds.first { $0.deed == deed.kind } ?? DeedRule()
    let earns = rule.resonance > 0 && (count == 0 || rule.halfAfter == 0)
    let due = Self.milestones(due: count + 1, of: deed.kind, by: rules)
    try BookFault.expect(
      !earns && sheet.milestones.isSuperset(of: due), "does not tell of \(deed)")
  }

  // MARK: Comparing

  /// Compares with what the world says of everybody whose progress has changed since the last call.
  mutating func compareTouched(with world: borrowing World) throws(Breach) {
    defer { touched.removeAll(keepingCapacity: true) }
    for player in touched { try compare(player, with: world) }
  }

  /// Compares with what the world says of everybody.
  func compare(with world: borrowing World) throws(Breach) {
    let next = world.players.next.rawValue
    for player in sheets.keys where player >= next {
      throw Breach(.invariant, "Player \(player) has come far, and was never enrolled.")
    }
    var player = ActorID.firstPlayer.rawValue
    while player < next {
      try compare(player, with: world)
      player += 1
    }
  }

  private func compare(_ player: UInt64, with world: borrowing World) throws(Breach) {
    let row = world.progress.row(of: PlayerID(player)) ?? ProgressRow()
    try Breach.expect(
      Sheet(row), is: sheets[player] ?? Sheet(), "the progress of player \(player)")
  }
}

extension ProgressBook.Sheet {
  fileprivate init(_ row: ProgressRow) {
    resonance = row.resonance
    tier = row.tier
    isRetired = row.isRetired
    for deed in row.deeds {
      done[deed.deed] = ProgressBook.Done(
        count: deed.count, weariness: deed.weariness, lastUs: deed.lastUs)
    }
    milestones = Set(row.milestones)
    for (word, bits) in row.discovered.enumerated() {
      var rest = bits
      while let bit = rest.popBit() { discovered.insert(UInt32(word * 64 + bit + 1)) }
    }
  }

  /// Takes over a resonance, with the tier that was told of it.
  fileprivate mutating func come(
    to resonance: Int64, _ tier: UInt32, by rules: ProgressRules?
  ) throws(BookFault) {
    let reached = rules?.tiers.count { $0.resonance <= resonance } ?? 0
    try BookFault.expect(
      0...1_000_000_000_000 ~= resonance && tier == UInt32(reached),
      "tells tier \(tier) of a resonance of \(resonance), which is tier \(reached)")
    self.resonance = resonance
    self.tier = tier
  }
}
