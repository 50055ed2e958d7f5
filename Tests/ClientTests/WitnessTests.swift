import Client
import Schema
import SwiftProtobuf
import Testing

@testable import Bots

/// What a bot makes of what it is told.
struct WitnessTests {
  /// Something told that cannot be, and what it must be counted as.
  struct Lie: Sendable, CustomTestStringConvertible {
    let kind: Contradiction.Kind
    let title: String
    let tell: @Sendable (inout Scene) -> Void
    var testDescription: String { title }

    init(
      _ kind: Contradiction.Kind, _ title: String, _ tell: @escaping @Sendable (inout Scene) -> Void
    ) {
      self.kind = kind
      self.title = title
      self.tell = tell
    }
  }

  static let lies: [Lie] = [
    Lie(.playerChanged, "another player after coming back") {
      $0.reply(to: $0.ask { $0.signIn.token = "t" }) { $0.welcome.player = 5 }
    },
    Lie(.positionNotIncreasing, "an entry of the state's past") { $0.push(10) },
    Lie(.positionNotIncreasing, "an entry twice") {
      $0.push(11)
      $0.push(11)
    },
    Lie(.positionNotIncreasing, "an entry twice, over two connections") {
      $0.push(11)
      let id = $0.ask {
        $0.subscribe.topics = [.own()]
        $0.subscribe.afterPosition = 11
      }
      $0.push(11)
      $0.reply(to: id) {
        $0.subscribed.position = 12
        $0.subscribed.resumed = true
      }
    },
    Lie(.timeDecreased, "a clock that goes back") {
      $0.push(11, time: 900)
      $0.push(12, time: 899)
    },
    Lie(.replyRepeated, "a reply twice") {
      $0.push(11)
      let id = $0.submit(commandID: 1)
      $0.acknowledge(id, at: 11)
      $0.acknowledge(id, at: 11)
    },
    Lie(.replyUnasked, "a reply to nothing") { $0.acknowledge(999, at: 11) },
    Lie(.acknowledgedUnseen, "an acknowledgement before the push") {
      $0.push(11)
      $0.acknowledge($0.submit(commandID: 1), at: 12)
    },
    Lie(.acknowledgedUnseen, "an acknowledgement of another's entry") {
      $0.push(11)
      $0.push(12, actor: Scene.partner)
      $0.acknowledge($0.submit(commandID: 1), at: 12)
    },
    Lie(.positionShared, "one entry for two commands") {
      $0.push(11)
      $0.acknowledge($0.submit(commandID: 1), at: 11)
      $0.acknowledge($0.submit(commandID: 2), at: 11)
    },
    Lie(.answerStale, "an answer from before what was acknowledged") {
      $0.push(11)
      $0.acknowledge($0.submit(commandID: 1), at: 11)
      $0.answer(Scene.inventory, at: 10)
    },
    Lie(.goodsNegative, "more coins gone than there were") {
      $0.push(11, [.dropped(.of(coins: 11))])
    },
    Lie(.goodsNegative, "more held than owned") {
      $0.push(11, [.held(.of(stacks: [3: 6]), for: 4)])
    },
    Lie(.goodsNegative, "a release of what was not held") {
      $0.push(11, [.released(.of(coins: 1), from: 4)])
    },
    Lie(.goodsUnknown, "an item gone that was not there") {
      $0.push(11, [.dropped(.of(item: 78))])
    },
    Lie(.goodsUnknown, "an item held twice") {
      $0.push(11, [.held(.of(item: 77), for: 4)])
      $0.push(12, [.held(.of(item: 77), for: 5)])
    },
    Lie(.goodsUnknown, "an item dropped that is held") {
      $0.push(11, [.held(.of(item: 77), for: 4)])
      $0.push(12, [.dropped(.of(item: 77))])
    },
    Lie(.itemDuplicated, "an item that comes to its owner") {
      $0.push(11, [.given(.of(item: 77), from: Scene.partner, to: Scene.me)])
    },
    Lie(.inventoryDiffers, "an answer without what was pushed") {
      $0.push(11, [.granted(.of(coins: 1))])
      $0.answer(Scene.inventory, at: 11)
    },
    Lie(.inventoryDiffers, "an answer with what was not pushed") {
      var row = Scene.inventory
      row.items[0].trade = 4
      $0.answer(row, at: 10)
    },
    Lie(.tradesDiffer, "an answer without an open trade") {
      $0.push(11, [.offered(11, .of(coins: 1)), .held(.of(coins: 1), for: 11)])
      $0.answer([] as [TradeRow], at: 11)
    },
    Lie(.tradesDiffer, "an answer with other terms") {
      $0.push(11, [.offered(11, .of(coins: 1)), .held(.of(coins: 1), for: 11)])
      var row = $0.witness.possession.trades[11] ?? TradeRow()
      row.proposerGoods.coins = 2
      $0.answer([row], at: 11)
    },
    Lie(.rankingDisordered, "a lower score above a higher one") {
      $0.answer([(5, 1), (6, 2)], at: 10)
    },
    Lie(.rankingDisordered, "of equal scores the later one first") {
      $0.answer(at: 10) { ranking in
        ranking.count = 2
        ranking.players = [(1, 9), (2, 8)].map { rank, reached in
          RankedPlayer.with { ($0.rank, $0.player, $0.reached) = (rank, rank, reached) }
        }
      }
    },
    Lie(.rankingDisordered, "a rank left out") {
      $0.answer(at: 10) { ranking in
        ranking.count = 9
        ranking.players = [1, 3].map { rank in
          RankedPlayer.with { ($0.rank, $0.player, $0.score) = (rank, rank, -Int64(rank)) }
        }
      }
    },
    Lie(.rankingDisordered, "a player with two ranks") { $0.answer([(5, 2), (5, 1)], at: 10) },
    Lie(.rankingDisordered, "more ranks than players") {
      $0.answer(at: 10) { $0.players = [RankedPlayer.with { $0.rank = 1 }] }
    },
    Lie(.rankingDisordered, "a rank that was found and is not shown") {
      $0.answer(at: 10) { $0.rank = 4 }
    },
    Lie(.wealthDiffers, "another wealth than was pushed") {
      $0.push(11, [.granted(.of(coins: 1))])
      $0.answer([(Scene.me, 12), (5, 1)], at: 11)
    },
    Lie(.bondDiffers, "a bond that grows by itself") {
      $0.push(11, [.attended(from: 0, to: 120_000)])
      $0.push(12, [.attended(from: 130_000, to: 240_000)])
    },
    Lie(.textDiffers, "words without their text") { $0.hear(11, nil) },
    Lie(.textDiffers, "words of another length") { $0.hear(11, "short") },
    Lie(.textDiffers, "words that another bot has said") {
      let words = BotTalk.sentence(3, of: Scene.me)
      $0.hear(11, words, of: words.count)
    },
    Lie(.textDiffers, "words that were changed") {
      let words = BotTalk.sentence(3, of: Scene.partner).replacing(" 3 ", with: " 4 ")
      $0.hear(11, words, of: words.count)
    },
    Lie(.tradeUnknown, "the end of a trade that is not open") { $0.push(11, [.withdrawn(4)]) },
    Lie(.tradeTermsDiffer, "a revision skipped") {
      $0.push(11, [.offered(11, Goods())])
      $0.push(12, [.changed(11, Goods(), revision: 3)])
    },
    Lie(.tradeTermsDiffer, "an acceptance of old terms") {
      $0.push(11, [.offered(11, Goods())])
      $0.push(12, [.changed(11, Goods(), revision: 2)])
      $0.push(13, [.accepted(11, by: Scene.partner, revision: 1)])
    },
    Lie(.tradeTermsDiffer, "other goods than agreed") {
      $0.push(11, [.offered(11, .of(coins: 2)), .held(.of(coins: 2), for: 11)])
      $0.push(12, [.accepted(11, by: Scene.me, revision: 1)])
      $0.push(
        13,
        [
          .accepted(11, by: Scene.partner, revision: 1),
          .traded(.of(coins: 2), 11, from: Scene.me, to: Scene.partner),
          .committed(11, .of(coins: 2), .of(coins: 1)),
        ])
    },
    Lie(.tradeUnaccepted, "a trade without one's own acceptance") {
      $0.push(11, [.offered(11, Goods())])
      $0.push(
        12, [.accepted(11, by: Scene.partner, revision: 1), .committed(11, Goods(), Goods())])
    },
    Lie(.tradeUnaccepted, "a trade whose terms changed after the acceptance") {
      $0.push(11, [.offered(11, Goods())])
      $0.push(12, [.accepted(11, by: Scene.me, revision: 1)])
      $0.push(13, [.changed(11, Goods(), revision: 2)])
      $0.push(
        14, [.accepted(11, by: Scene.partner, revision: 2), .committed(11, Goods(), Goods())])
    },
  ]

  @Test(arguments: lies)
  func `a lie is found out, and counted as what it is`(_ lie: Lie) {
    var scene = Scene()
    lie.tell(&scene)
    #expect(scene.witness.contradictions.map(\.kind) == [lie.kind])
  }

  @Test func `words that come as they were said are believed, whoever says them`() {
    var scene = Scene()
    for (position, words) in [
      (11, BotTalk.sentence(1, of: Scene.partner)), (12, BotTalk.sentence(2, of: Scene.partner)),
    ] as [(UInt64, String)] {
      scene.hear(position, words, of: words.count)
    }
    scene.hear(13, "good evening, Bot 5", of: 19)
    #expect(scene.witness.contradictions == [])
  }

  @Test func `every kind of contradiction has a lie that shows it`() {
    // The other two need the end of the swarm: see below, and HandoverLedgerTests.
    let shown = Set(Self.lies.map(\.kind)).union([.replyMissing, .handoverDisagrees])
    #expect(shown == Set(Contradiction.Kind.allCases))
  }

  @Test func `a request without reply is found when patience ends`() {
    var scene = Scene()
    _ = scene.submit(commandID: 1)
    // One that was lost with its connection has none.
    let signIn = ClientMessage.with {
      $0.id = 1_000
      $0.signIn.guest = Guest()
    }
    scene.witness.send(signIn, at: .now)
    scene.witness.finish(at: .now, patience: .seconds(60))
    #expect(scene.witness.contradictions.isEmpty)
    scene.witness.finish(at: .now + .seconds(61), patience: .seconds(60))
    #expect(scene.witness.contradictions.map(\.kind) == [.replyMissing])
  }

  @Test func `a resume that was cut off needs no reply`() {
    var scene = Scene()
    _ = scene.ask { $0.signIn.token = "t" }
    _ = scene.ask {
      $0.subscribe.topics = [.own()]
      $0.subscribe.afterPosition = 10
    }
    scene.reply(to: scene.ask { $0.signIn.token = "t" }) { $0.welcome.player = Scene.me }
    scene.witness.finish(at: .now + .seconds(100), patience: .seconds(1))
    #expect(scene.witness.contradictions.isEmpty)
  }

  @Test func `an honest story holds no contradiction`() {
    var scene = Scene()
    let (me, partner) = (Scene.me, Scene.partner)
    let mine = Goods.of(coins: 2, stacks: [3: 1], item: 77)
    let theirs = Goods.of(item: 80)
    scene.push(11, [.offered(11, mine), .held(mine, for: 11)])
    scene.acknowledge(scene.submit(commandID: 1), at: 11)
    scene.push(13, actor: partner, [.changed(11, theirs, revision: 2)])
    scene.push(14, actor: partner, [.dropped(.of(coins: 100), by: partner)])
    scene.push(15, actor: partner, [.accepted(11, by: partner, revision: 2)])
    scene.push(
      20,
      [
        .accepted(11, by: me, revision: 2), .traded(mine, 11, from: me, to: partner),
        .traded(theirs, 11, from: partner, to: me), .committed(11, mine, theirs),
      ])
    scene.acknowledge(scene.submit(commandID: 2), at: 20)
    // Sent again after a cut: the same command at the same position.
    scene.acknowledge(scene.submit(commandID: 2), at: 20)
    scene.push(21, [.given(.of(stacks: [3: 4]), from: me, to: partner)])
    scene.answer([] as [TradeRow], at: 21)
    scene.answer([(partner, 120), (me, 8)], at: 21)
    scene.answer(
      InventoryRow.with {
        $0.player = me
        $0.coins = 8
        $0.items = [
          HeldItem.with {
            $0.item = 80
            $0.kind = 9
          }
        ]
      }, at: 21)
    scene.witness.finish(at: .now + .seconds(100), patience: .seconds(1))
    #expect(scene.witness.contradictions.isEmpty, "\(scene.witness.contradictions)")
    #expect(scene.witness.position == 21)
  }

  @Test func `an answer is compared with what was so at its position`() {
    var scene = Scene()
    scene.push(11, [.granted(.of(coins: 1))])
    scene.push(12, [.granted(.of(coins: 1))])
    var row = Scene.inventory
    row.coins = 11
    scene.answer(row, at: 11)
    #expect(scene.witness.contradictions.isEmpty)
  }

  @Test func `a fresh state replaces the account and is counted`() {
    var scene = Scene()
    let id = scene.ask {
      $0.subscribe.topics = [.own()]
      $0.subscribe.afterPosition = 10
    }
    scene.reply(to: id) {
      $0.subscribed.position = 40
      $0.subscribed.states = [
        TopicState.with {
          $0.topic = .own()
          $0.own.inventory.player = Scene.me
          $0.own.inventory.coins = 3
        }
      ]
    }
    scene.acknowledge(scene.submit(commandID: 1), at: 40)
    #expect(scene.witness.contradictions.isEmpty)
    #expect(scene.witness.restarts == 1)
    #expect(scene.witness.possession.belongings.coins == 3)
  }

  @Test func `what is acknowledged during a resume may be among what was missed`() {
    var scene = Scene()
    for isPushed in [true, false] {
      let position = scene.witness.position
      let id = scene.ask {
        $0.subscribe.topics = [.own()]
        $0.subscribe.afterPosition = position
      }
      scene.acknowledge(scene.submit(commandID: position + 1), at: position + 1)
      if isPushed { scene.push(position + 1) }
      #expect(scene.witness.contradictions.isEmpty)
      scene.reply(to: id) {
        $0.subscribed.position = position + 1
        $0.subscribed.resumed = true
      }
      #expect(scene.witness.contradictions.isEmpty == isPushed)
    }
  }

  @Test func `a connection that is lost owes no reply, until a request is sent again`() {
    var scene = Scene()
    _ = scene.ask {
      $0.command.commandID = 2
      $0.command.command = .drop(GoodsSpec(coins: 1))
    }
    scene.witness.loseConnection()
    scene.witness.finish(at: .now + .seconds(100), patience: .seconds(1))
    #expect(scene.witness.contradictions.isEmpty)
  }

  @Test func `of what a slow reader was spared, only moves may be missing`() {
    var scene = Scene()
    let move = scene.submit(commandID: 1)
    let drop = scene.ask {
      $0.command.commandID = 2
      $0.command.command = .drop(GoodsSpec(coins: 1))
    }
    scene.push(11)
    scene.reply(to: 0) {
      $0.push.superseded = 1
      $0.push.entries = [Scene.entry(14, [])]
    }
    scene.acknowledge(move, at: 12)
    #expect(scene.witness.contradictions.isEmpty)
    scene.acknowledge(drop, at: 13)
    #expect(scene.witness.contradictions.map(\.kind) == [.acknowledgedUnseen])
    scene.push(15)
    scene.acknowledge(scene.submit(commandID: 3), at: 16)
    #expect(scene.witness.contradictions.count == 2)
  }

  @Test func `the ends of long stories are remembered, their beginnings forgiven`() {
    var scene = Scene()
    for position in UInt64(11)...5_000 {
      scene.push(position, [.granted(.of(coins: 1)), .dropped(.of(coins: 1))])
      scene.acknowledge(scene.submit(commandID: position), at: position)
    }
    scene.acknowledge(scene.submit(commandID: 11), at: 11)
    #expect(scene.witness.contradictions.isEmpty)
  }
}
