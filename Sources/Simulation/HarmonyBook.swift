import Schema
import World

/// How every region stands: each event moves it the way that the rules say, and no farther.
///
/// What a song brings, and what a single hour does, is known to the thousandth that rounding takes. Of several hours that are
/// told at once, it is known between what it must stay.
struct HarmonyBook {
  /// How a region stands.
  private struct Region: Equatable {
    var harmony: Int64 = 500_000
    var silence: Int64 = 0
    /// When the last good song was heard.
    var songUs: Int64
  }

  private static let hour: Int64 = 3_600_000_000
  private static let full: Int64 = 1_000_000
  /// By less nothing is told to have drifted.
  private static let grain: Int64 = 100
  /// So much rounding may take, more or less.
  private static let slack: Int64 = 2

  private let grid: Grid
  private var rules: HarmonyRules?
  private var beganUs: Int64 = 0
  private var regions: [UInt32: Region] = [:]
  /// Up to when each region has drifted, if it ever has.
  private var drifted: [UInt32: Int64] = [:]
  /// Where and when each player was heard last.
  private var singers: [UInt64: (region: UInt32, songUs: Int64)] = [:]
  /// The regions that have moved since the last comparison; one may be there twice.
  private var touched: [UInt32] = []

  init(_ grid: Grid) {
    self.grid = grid
  }

  /// The harmony of a region.
  func harmony(of region: UInt32) -> Int64 { self[region].harmony }

  private subscript(region: UInt32) -> Region { regions[region] ?? Region(songUs: beganUs) }

  // MARK: Events

  /// Follows an event.
  mutating func follow(_ event: HarmonyEvent.OneOf_Event) throws(BookFault) {
    switch event {
    case .harmonyRulesSet(let set):
      if rules == nil { beganUs = set.worldUs }
      rules = set.rules
    case .harmonyDrifted(let event): try follow(event)
    case .songHeard(let event): try follow(event)
    case .harmonySet(let event): try move(event.region, to: event.harmony, event.silence)
    }
  }

  private mutating func move(
    _ number: UInt32, to harmony: Int64, _ silence: Int64
  ) throws(BookFault) {
    let range = 0...Self.full
    try BookFault.expect(
      rules != nil && grid.contains(RegionID(number)) && range.contains(harmony)
        && range.contains(silence),
      "puts region \(number) at \(harmony) and \(silence)")
    touched.append(number)
    var region = self[number]
    region.harmony = harmony
    region.silence = silence
    regions[number] = region
  }

  // MARK: Songs

  private mutating func follow(_ event: SongHeard) throws(BookFault) {
    guard let rules else { throw BookFault("has a song heard where there is no harmony") }
    let region = self[event.region]
    let weights = weights(of: event, by: rules)
    let reach = event.quality >= 0 ? Self.full - region.harmony : region.harmony
    let moved = event.harmony - region.harmony
    let relieved = region.silence - event.silence
    func share(_ amount: Int64, _ permille: Int64, _ weight: Int64) -> Int64 {
      Int64(
        Int128(amount) * Int128(permille) * Int128(event.quality) * Int128(weight) / 1_000_000_000)
    }
    let song = (
      share(reach, rules.songPermille, weights.0), share(reach, rules.songPermille, weights.1)
    )
    let relief: (Int64, Int64) =
      event.quality <= 0
      ? (0, 0)
      : (
        share(region.silence, rules.reliefPermille, weights.0),
        share(region.silence, rules.reliefPermille, weights.1)
      )
    try BookFault.expect(
      -1_000...1_000 ~= event.quality && Self.lies(moved, between: song)
        && Self.lies(relieved, between: relief),
      "has a song of quality \(event.quality) move region \(event.region) from \(region) to \(event.harmony) and \(event.silence)"
    )
    try move(event.region, to: event.harmony, event.silence)
    if event.quality > 0 {
      regions[event.region]?.songUs = max(region.songUs, event.worldUs)
    }
    singers[event.player] = (event.region, event.worldUs)
  }

  /// How much a song counts at least and at most, in thousandths: half when its player was heard there a moment ago.
  private func weights(of event: SongHeard, by rules: HarmonyRules) -> (Int64, Int64) {
    guard rules.repetitionHours > 0, let last = singers[event.player], last.region == event.region
    else { return (1_000, 1_000) }
    let span = rules.repetitionHours * Self.hour
    let passed = min(max(0, event.worldUs - last.songUs), span)
    let weight = 500 + Int64(Int128(500) * Int128(passed) / Int128(span))
    return (max(500, weight - 1), min(1_000, weight + 1))
  }

  private static func lies(_ value: Int64, between ends: (Int64, Int64)) -> Bool {
    let range = (min(ends.0, ends.1) - slack)...(max(ends.0, ends.1) + slack)
    return range.contains(value)
  }

  // MARK: Drifting

  private mutating func follow(_ event: HarmonyDrifted) throws(BookFault) {
    guard let rules else { throw BookFault("has harmony drift where there is none") }
    let before = self[event.region]
    try BookFault.expect(
      abs(event.harmony - before.harmony) >= Self.grain
        || abs(event.silence - before.silence) >= Self.grain,
      "tells that region \(event.region) drifted, which it did by too little")
    let minute = Self.hour * (Int64(event.region) - 1) / grid.count
    let last = drifted[event.region]
    try BookFault.expect(
      event.worldUs % Self.hour == minute && event.worldUs > last ?? -1,
      "has region \(event.region) drift at \(event.worldUs), after \(last ?? -1)")
    let around = around(event.region)
    if let last, event.worldUs == last + Self.hour {
      try expectHour(event, from: before, around, by: rules)
    } else {
      try expectHours(event, from: before, around, after: last, by: rules)
    }
    try move(event.region, to: event.harmony, event.silence)
    drifted[event.region] = event.worldUs
  }

  /// The mean of the regions around one; nil where there are none.
  private func around(_ number: UInt32) -> (harmony: Int64, silence: Int64)? {
    let neighbours = grid.neighbours(of: RegionID(number))
    guard !neighbours.isEmpty else { return nil }
    var (harmony, silence) = (Int64(0), Int64(0))
    for neighbour in neighbours {
      let region = self[UInt32(neighbour.rawValue)]
      harmony += region.harmony
      silence += region.silence
    }
    let count = Int64(neighbours.count)
    return (harmony / count, silence / count)
  }

  private func isNeglected(_ region: Region, at time: Int64, by rules: HarmonyRules) -> Bool {
    region.songUs + rules.neglectHours * Self.hour < time
  }

  /// One hour: some way to rest, some way to the neighbours, and silence creeps in or goes.
  private func expectHour(
    _ event: HarmonyDrifted, from before: Region, _ around: (harmony: Int64, silence: Int64)?,
    by rules: HarmonyRules
  ) throws(BookFault) {
    // In millionths of what is counted, so that nothing is rounded on the way.
    let rest = Int128(rules.rest) * Int128(Self.full - before.silence) / Int128(Self.full)
    var harmony =
      Int128(before.harmony) * 1_000 + (rest - Int128(before.harmony))
      * Int128(rules.settlingPermille)
    var silence = Int128(before.silence) * 1_000
    if isNeglected(before, at: event.worldUs, by: rules) {
      silence += Int128(rules.creep) * 1_000
    } else {
      silence -= Int128(before.silence) * Int128(rules.settlingPermille)
    }
    let pull = Int128(rules.influencePermille)
    let (toHarmony, toSilence) = (
      around.map { Int128($0.harmony) * 1_000 } ?? harmony,
      around.map { Int128($0.silence) * 1_000 } ?? silence
    )
    harmony = (harmony * 1_000 + (toHarmony - harmony) * pull) / 1_000_000
    silence = (silence * 1_000 + (toSilence - silence) * pull) / 1_000_000
    let expected = (
      min(max(0, Int64(harmony)), Self.full), min(max(0, Int64(silence)), Self.full)
    )
    try BookFault.expect(
      abs(event.harmony - expected.0) <= Self.slack
        && abs(event.silence - expected.1) <= Self.slack,
      "has region \(event.region) drift from \(before) to \(event.harmony) and \(event.silence) in an hour, which comes to \(expected)"
    )
  }

  /// Several hours, of which the last is known: they lead past nothing that draws.
  private func expectHours(
    _ event: HarmonyDrifted, from before: Region, _ around: (harmony: Int64, silence: Int64)?,
    after last: Int64?, by rules: HarmonyRules
  ) throws(BookFault) {
    let around = around ?? (before.harmony, before.silence)
    let mostSilence = max(before.silence, event.silence, around.silence)
    let rest = rules.rest * (Self.full - mostSilence) / Self.full
    let least = min(before.harmony, around.harmony, rest) - Self.slack
    let most = max(before.harmony, around.harmony, rules.rest) + Self.slack
    var silences = -Self.slack...Self.full
    if !isNeglected(before, at: event.worldUs, by: rules) {
      silences = silences.lowerBound...max(before.silence, around.silence) + Self.slack
    } else if let last, isNeglected(before, at: last + Self.hour, by: rules) {
      silences = min(before.silence, around.silence) - Self.slack...Self.full
    }
    try BookFault.expect(
      (least...most).contains(event.harmony) && silences.contains(event.silence),
      "has region \(event.region) drift from \(before) to \(event.harmony) and \(event.silence), with \(around) around it"
    )
  }

  // MARK: Comparing

  /// Compares with what the world says of every region that has moved since the last call.
  mutating func compareTouched(with world: borrowing World) throws(Breach) {
    defer { touched.removeAll(keepingCapacity: true) }
    for region in touched { try compare(region, with: world) }
  }

  /// Compares with what the world says of every region.
  func compare(with world: borrowing World) throws(Breach) {
    for region in 1...UInt32(grid.count) { try compare(region, with: world) }
  }

  private func compare(_ number: UInt32, with world: borrowing World) throws(Breach) {
    let row = world.harmony.row(of: RegionID(number))
    let region = row.map {
      Region(harmony: $0.harmony, silence: $0.silence, songUs: $0.songUs)
    }
    try Breach.expect(
      region, is: rules == nil ? nil : self[number], "how region \(number) stands")
  }
}
