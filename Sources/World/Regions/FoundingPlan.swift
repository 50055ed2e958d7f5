import Schema
import SwiftProtobuf

/// A world file that was found in order, as the events that it comes to.
struct FoundingPlan {
  /// The world itself.
  let world: WorldFounded
  /// Its regions, by number.
  let regions: [RegionNamed]
  /// The kinds of items, as listed.
  let kinds: [ItemKindDefined]
  /// The leaderboards, as listed.
  let boards: [BoardDefined]
  /// The clock; nil for a world without one.
  let clock: ClockRules?
  /// Harmony's rules; of no use without a clock.
  let harmony: HarmonyRules
  /// The rules of melodies; nil in a world that has neither such rules nor a clock.
  let melodies: MelodyRules?
  /// What deeds earn; nil for a world in which nothing is earned.
  let progress: ProgressRules?
  /// The rules of the weather; of no use without a clock.
  let weather: WeatherRules
  /// The ecosystem's rules; of no use without a clock.
  let ecosystem: EcosystemRules
  /// The species, as listed.
  let species: [Species]
  /// The rules of echoes; of no use without a clock.
  let echoRules: EchoRules
  /// The echoes, as listed; each has a name.
  let echoes: [EchoPlan]
  /// What lies about, by region; the numbers of the piles are not given yet.
  let piles: [GoodsPlaced]

  /// Checks a file from its first field to its last.
  init(checking file: WorldFile, seed: UInt64) throws(FoundingFault) {
    try file.checkGrid()
    let kinds = try file.checkedKinds()
    let kindOfNumber = Dictionary(uniqueKeysWithValues: kinds.map { ($0.kind, $0) })
    try file.rules.check(kindOfNumber)
    world = .with {
      $0.name = file.name
      $0.seed = seed
      $0.columns = file.columns
      $0.rows = file.rows
      $0.cellMm = file.cellMm
      $0.rules = file.rules
    }
    regions = try file.checkedRegions()
    self.kinds = kinds
    boards = try file.checkedBoards()
    clock = try file.checkedClock()
    harmony = try file.checkedHarmony()
    melodies = try file.checkedMelodies()
    progress = try file.checkedProgress()
    weather = try file.checkedWeather()
    ecosystem = try file.checkedEcosystem()
    species = try file.checkedSpecies(kindOfNumber)
    echoRules = try file.checkedEchoRules()
    echoes = try file.checkedEchoes(echoRules)
    piles = try file.checkedPiles(kindOfNumber)
  }
}

extension WorldFile {
  /// How many regions a world has at most.
  private static var regionsMax: UInt32 { 10_000 }

  fileprivate func checkGrid() throws(FoundingFault) {
    try FoundingField("name").check(name, TextRule(characters: 1...60))
    try FoundingField("columns").check(columns, within: 1...1_000)
    try FoundingField("rows").check(rows, within: 1...1_000)
    guard columns * rows <= Self.regionsMax else {
      throw FoundingField("columns").fault(
        "\(columns) × \(rows) makes \(columns * rows) regions; \(Self.regionsMax) are allowed.")
    }
    try FoundingField("cellMm").check(cellMm, within: 1_000...1_000_000_000)
  }

  fileprivate func checkedKinds() throws(FoundingFault) -> [ItemKindDefined] {
    guard itemKinds.count <= Inventories.kindsMax else {
      throw FoundingField("itemKinds").fault(
        "There are \(itemKinds.count) kinds; \(Inventories.kindsMax) are allowed.")
    }
    var kinds: [ItemKindDefined] = []
    var indexOfNumber: [UInt32: Int] = [:]
    var indexOfName: [String: Int] = [:]
    for (index, command) in itemKinds.enumerated() {
      let field = FoundingField("itemKinds", index)
      do throws(GoodsFault) {
        kinds.append(try ItemKindDefined(checking: command))
      } catch {
        throw field.fault(error)
      }
      if let other = indexOfNumber.updateValue(index, forKey: command.kind) {
        throw field.child("kind").fault("\(command.kind) is the number of itemKinds[\(other)].")
      }
      let key = Inventories.nameKey(of: command.name)
      if let other = indexOfName.updateValue(index, forKey: key) {
        throw field.child("name").fault("“\(command.name)” is the name of itemKinds[\(other)].")
      }
    }
    return kinds
  }

  fileprivate func checkedBoards() throws(FoundingFault) -> [BoardDefined] {
    guard boards.count <= Leaderboards.boardsMax else {
      throw FoundingField("boards").fault(
        "There are \(boards.count) boards; \(Leaderboards.boardsMax) are allowed.")
    }
    var defined: [BoardDefined] = []
    var indexOfNumber: [UInt32: Int] = [:]
    var indexOfName: [String: Int] = [:]
    for (index, command) in boards.enumerated() {
      let field = FoundingField("boards", index)
      do throws(BoardFault) {
        defined.append(try BoardDefined(checking: command))
      } catch {
        let name = error.field == "season_us" ? "seasonUs" : error.field
        throw field.child(name).fault(error.message)
      }
      // The file is older than the founding, and may be used for more than one.
      try field.child("firstEndUs").check(command.firstEndUs, within: 0...0)
      if let other = indexOfNumber.updateValue(index, forKey: command.board) {
        throw field.child("board").fault("\(command.board) is the number of boards[\(other)].")
      }
      if let other = indexOfName.updateValue(index, forKey: command.name.lowercased()) {
        throw field.child("name").fault("“\(command.name)” is the name of boards[\(other)].")
      }
    }
    return defined
  }

  fileprivate func checkedRegions() throws(FoundingFault) -> [RegionNamed] {
    guard regions.count == Int(columns * rows) else {
      throw FoundingField("regions").fault(
        "There are \(regions.count) regions; a grid of \(columns) × \(rows) has \(columns * rows).")
    }
    var named: [RegionNamed] = []
    var indexOfName: [String: Int] = [:]
    for (index, plan) in regions.enumerated() {
      let field = FoundingField("regions", index)
      try field.child("name").check(plan.name, TextRule(characters: 1...60))
      if let other = indexOfName.updateValue(index, forKey: plan.name.lowercased()) {
        throw field.child("name").fault("“\(plan.name)” is the name of regions[\(other)].")
      }
      try field.child("description").check(plan.description_p, TextRule(characters: 0...500))
      guard plan.biome == .unspecified || Biome.known.contains(plan.biome) else {
        throw field.child("biome").fault("\(plan.biome.rawValue) is no biome; 1 to 6 are.")
      }
      named.append(
        .with {
          $0.region = UInt32(index + 1)
          $0.name = plan.name
          $0.description_p = plan.description_p
          $0.biome = plan.biome == .unspecified ? .meadow : plan.biome
        })
    }
    return named
  }

  fileprivate func checkedClock() throws(FoundingFault) -> ClockRules? {
    guard hasClock else { return nil }
    return try FoundingField("clock").checked { () throws(RuleFault) in try clock.checked() }
  }

  fileprivate func checkedHarmony() throws(FoundingFault) -> HarmonyRules {
    guard hasHarmony else { return .standard }
    guard hasClock else {
      throw FoundingField("harmony").fault("A world without a clock has no harmony; add “clock”.")
    }
    return try FoundingField("harmony").checked { () throws(RuleFault) in try harmony.checked() }
  }

  fileprivate func checkedMelodies() throws(FoundingFault) -> MelodyRules? {
    guard hasMelodies else { return hasClock ? .standard : nil }
    do throws(RuleFault) {
      return try melodies.checked()
    } catch {
      throw FoundingField("melodies").fault(error)
    }
  }

  fileprivate func checkedProgress() throws(FoundingFault) -> ProgressRules? {
    guard hasProgress else { return nil }
    return try FoundingField("progress").checked { () throws(RuleFault) in try progress.checked() }
  }

  fileprivate func checkedWeather() throws(FoundingFault) -> WeatherRules {
    guard hasWeather else { return .standard }
    guard hasClock else {
      throw FoundingField("weather").fault("A world without a clock has no weather; add “clock”.")
    }
    return try FoundingField("weather").checked { () throws(RuleFault) in try weather.checked() }
  }

  fileprivate func checkedPiles(
    _ kinds: [UInt32: ItemKindDefined]
  ) throws(FoundingFault) -> [GoodsPlaced] {
    let grid = Grid(columns: Int64(columns), rows: Int64(rows), cell: cellMm)
    var piles: [GoodsPlaced] = []
    var issued = Issued()
    for (index, region) in regions.enumerated() {
      for (pileIndex, plan) in region.piles.enumerated() {
        let field = FoundingField("regions", index).child("piles", pileIndex)
        try field.child("offset.xMm").check(plan.offset.xMm, within: 0...cellMm - 1)
        try field.child("offset.yMm").check(plan.offset.yMm, within: 0...cellMm - 1)
        let goods = try issued.add(plan, kinds, field)
        let number = RegionID(UInt32(index + 1))
        let origin = grid.origin(of: number)
        piles.append(
          .with {
            $0.region = number.number
            $0.at.xMm = origin.xMm + plan.offset.xMm
            $0.at.yMm = origin.yMm + plan.offset.yMm
            $0.goods = goods
          })
      }
    }
    return piles
  }
}

extension WorldRules {
  fileprivate func check(_ kinds: [UInt32: ItemKindDefined]) throws(FoundingFault) {
    let field = FoundingField("rules")
    let year: Int64 = 365 * 86_400_000_000
    try field.child("speedMaxMmS").check(speedMaxMmS, within: 1...100_000)
    try field.child("speedDefaultMmS").check(speedDefaultMmS, within: 1...speedMaxMmS)
    try field.child("reachMm").check(reachMm, within: 0...1_000_000_000_000)
    try field.child("idleAfterUs").check(idleAfterUs, within: 1_000_000...year)
    try field.child("tradeExpiresAfterUs").check(tradeExpiresAfterUs, within: 1_000_000...year)
    try field.child("tradesMax").check(tradesMax, within: 1...Trades.openMax)
    try field.child("inventorySlots").check(inventorySlots, within: 1...Inventories.slotsMax)
    try field.child("startingCoins").check(startingCoins, within: 0...1_000_000_000_000)
    try checkStartingGoods(kinds)
  }

  /// Checks that what a new player starts with exists and fits the slots.
  private func checkStartingGoods(
    _ kinds: [UInt32: ItemKindDefined]
  ) throws(FoundingFault) {
    for (index, number) in startingItems.enumerated() where kinds[number]?.stackMax != 0 {
      throw FoundingField("rules.startingItems", index).fault(
        "\(number) is no kind of unique items.")
    }
    let goods: Goods
    do throws(GoodsFault) {
      goods = try Goods.issuing(
        coins: 0, stacks: startingStacks, items: [], after: 0, stackMax: kinds.stackMax(of:))
    } catch {
      throw FoundingField("rules").fault(
        error, at: "startingStacks" + error.field.dropFirst("stacks".count))
    }
    let needed = goods.slots(stackMax: kinds.stackMax(of:)) + Int64(startingItems.count)
    guard needed <= Int64(inventorySlots) else {
      throw FoundingField("rules.inventorySlots").fault(
        "What a new player starts with takes \(needed) slots, and there are \(inventorySlots).")
    }
  }
}

/// What the file issues in all, kept well below what a world may ever issue.
private struct Issued {
  private static let max = Inventories.issuedMax / 2

  private var coins: Int64 = 0
  private var quantities: [UInt32: Int64] = [:]
  private var lastItem: UInt64 = 0

  /// The goods of a pile, their new items numbered on from those of the pile before.
  mutating func add(
    _ plan: PilePlan, _ kinds: [UInt32: ItemKindDefined], _ field: FoundingField
  ) throws(FoundingFault) -> Goods {
    let goods: Goods
    do throws(GoodsFault) {
      goods = try Goods.issuing(
        coins: plan.coins, stacks: plan.stacks, items: plan.items, after: lastItem,
        stackMax: kinds.stackMax(of:))
    } catch {
      throw field.fault(error)
    }
    guard !goods.isEmpty else { throw field.fault("A pile has coins, stacks or items.") }
    // A pile's amounts are bounded far below what the sum may be, so that no addition overflows.
    coins += goods.coins
    for stack in goods.stacks { quantities[stack.kind, default: 0] += stack.quantity }
    let kindsIssued = goods.stacks.map { quantities[$0.kind] ?? 0 }
    guard coins <= Self.max, kindsIssued.allSatisfy({ $0 <= Self.max }) else {
      throw field.fault("With this pile the world issues more than \(Self.max) coins or of a kind.")
    }
    lastItem = goods.items.last?.item ?? lastItem
    return goods
  }
}

extension [UInt32: ItemKindDefined] {
  fileprivate func stackMax(of kind: ItemKindID) -> Int64? {
    self[kind.number]?.stackMax
  }
}
