import Schema
import World

extension NameBook {
  /// An event in a sentence; of a system that has none here, its line as `replay` prints it.
  func sentence(_ event: Event) -> String {
    let sentence: String? =
      switch event.system {
      case .players(let event): event.event.map(self.sentence)
      case .presence(let event): event.event.map(self.sentence)
      case .movement(let event): event.event.map(self.sentence)
      case .inventory(let event): event.event.flatMap(self.sentence)
      case .trade(let event): event.event.map(self.sentence)
      case .leaderboards(let event): event.event.map(self.sentence)
      case .chat(let event): event.event.map(self.sentence)
      case .worldClock(let event): event.event.map(self.sentence)
      case .harmony(let event): event.event.map(self.sentence)
      case .melodies(let event): event.event.map(self.sentence)
      case .progress(let event): event.event.map(self.sentence)
      case .weather(let event): event.event.map(self.sentence)
      case .ecosystem(let event): event.event.map(self.sentence)
      case .echoes(let event): event.event.map(self.sentence)
      default: nil
      }
    return sentence ?? EventText(event).line
  }

  private func sentence(_ event: PlayersEvent.OneOf_Event) -> String {
    switch event {
    case .playerEnrolled(let event): "\(player(event.player)) signed in for the first time"
    case .profileCreated(let event):
      "\(player(event.player)) came into the world, at home in \(region(event.homeRegion))"
    case .profileChanged(let event):
      "\(player(event.player)) changed the profile"
        + (event.hasName ? ", and is called that from now on" : "")
        + (event.hasHomeRegion ? ", now at home in \(region(event.homeRegion))" : "")
    case .profileRetired(let event): "\(player(event.player)) left the world for good"
    case .roleChanged(let event):
      "\(player(event.player)) became \(event.role.name), was \(event.former.name)"
        + " (\(event.reason))"
    }
  }

  private func sentence(_ event: PresenceEvent.OneOf_Event) -> String {
    switch event {
    case .sessionOpened(let event):
      "\(player(event.player)) connected"
        + (event.region == 0 ? "" : ", in \(region(event.region))")
    case .sessionClosed(let event):
      "\(player(event.player)) was disconnected (\(event.end.words)) after "
        + Figures.span(.microseconds(event.durationUs))
    case .playerWentIdle(let event): "\(player(event.player)) went idle"
    case .playerReturned(let event): "\(player(event.player)) was back"
    }
  }

  private func sentence(_ event: MovementEvent.OneOf_Event) -> String {
    switch event {
    case .playerPlaced(let event):
      "\(player(event.player)) was placed at \(event.at.text) in \(region(event.region))"
    case .moveStarted(let event):
      "\(player(event.player)) set out from \(event.from.text) to \(event.to.text)"
        + " in \(region(event.region))"
    case .moveStopped(let event):
      "\(player(event.player)) stopped at \(event.at.text) in \(region(event.region))"
    case .borderCrossed(let event):
      "\(player(event.player)) went from \(region(event.fromRegion))"
        + " to \(region(event.toRegion))"
    case .playerRemoved(let event):
      "\(player(event.player)) was taken from \(region(event.region))"
    }
  }

  private func sentence(_ event: InventoryEvent.OneOf_Event) -> String? {
    switch event {
    case .itemKindDefined: nil
    case .goodsGranted(let event):
      "\(player(event.player)) was granted \(goods(event.goods)) (\(event.reason))"
    case .goodsConsumed(let event): "\(player(event.player)) used up \(goods(event.goods))"
    case .goodsDropped(let event):
      "\(player(event.player)) laid down \(goods(event.goods))"
        + " as pile \(event.pile) in \(region(event.region))"
    case .goodsPickedUp(let event):
      "\(player(event.player)) picked up \(goods(event.goods))"
        + " from pile \(event.pile) in \(region(event.region))"
    case .goodsGiven(let event):
      "\(player(event.from)) gave \(goods(event.goods)) to \(player(event.to))"
    case .goodsHeld(let event):
      "\(player(event.player)) set aside \(goods(event.goods)) for trade \(event.trade)"
    case .goodsReleased(let event):
      "\(player(event.player)) got back \(goods(event.goods)) set aside for trade \(event.trade)"
    case .goodsTraded(let event):
      "\(player(event.from)) gave \(goods(event.goods)) to \(player(event.to))"
        + " in trade \(event.trade)"
    case .goodsPlaced(let event):
      "\(goods(event.goods)) appeared as pile \(event.pile) in \(region(event.region))"
    case .inventoryOpened(let event):
      "\(player(event.player)) was given \(Figures.count(event.slots, "slot", "slots"))"
    }
  }

  private func sentence(_ event: TradeEvent.OneOf_Event) -> String {
    switch event {
    case .tradeOffered(let event):
      "\(player(event.proposer)) offered \(player(event.partner)) trade \(event.trade),"
        + " giving \(goods(event.goods))"
    case .tradeChanged(let event):
      "\(player(event.player)) changed trade \(event.trade) to revision \(event.revision),"
        + " giving \(goods(event.goods))"
    case .tradeAccepted(let event):
      "\(player(event.player)) accepted revision \(event.revision) of trade \(event.trade)"
    case .tradeCommitted(let event):
      "trade \(event.trade) took place: \(player(event.proposer)) gave"
        + " \(goods(event.proposerGoods)), \(player(event.partner)) gave"
        + " \(goods(event.partnerGoods))"
    case .tradeWithdrawn(let event): "\(player(event.player)) called trade \(event.trade) off"
    case .tradeExpired(let event): "trade \(event.trade) expired"
    }
  }

  private func sentence(_ event: LeaderboardsEvent.OneOf_Event) -> String {
    switch event {
    case .boardDefined(let event): "board \(event.board), \(event.name), was set up"
    case .boardRetired(let event): "board \(event.board) was taken down"
    case .seasonEnded(let event):
      "season \(event.season) of board \(event.board) ended"
        + (event.places.first.map { ", \(player($0.player)) came first" } ?? ", nobody scored")
    }
  }
}

extension SessionEnd {
  /// For people.
  fileprivate var words: String {
    switch self {
    case .farewell: "farewell"
    case .lost: "connection lost"
    case .superseded: "signed in again"
    case .expelled: "closed by the server"
    case .serverStopped: "server stopped"
    case .serverCrashed: "server crashed"
    case .roleChanged: "role changed"
    case .unspecified, .UNRECOGNIZED: "not told why"
    }
  }
}
