import Schema
import World

extension NameBook {
  func sentence(_ event: EchoesEvent.OneOf_Event) -> String {
    switch event {
    case .echoRulesSet: "the rules of echoes were set"
    case .echoPlaced(let event):
      "\(echo(event.echo)) was placed in \(region(event.region))"
        + (event.reason.isEmpty ? "" : " (\(event.reason))")
    case .echoRetired(let event):
      "\(echo(event.echo)) was retired from \(region(event.region)) (\(event.reason))"
    case .echoesEvolved(let event):
      "in \(region(event.region)) "
        + event.changes.map { change in
          "\(echo(change.echo)) is \(change.stage.name) with a vigour of \(change.vigour.asStanding),"
            + " heading for \(change.heading.asStanding)"
        }.joined(separator: "; ")
    case .echoAttended(let event):
      "\(player(event.player)) attended to \(echo(event.echo)) in \(region(event.region)), whose bond"
        + " grew from \(event.former.asStanding) to \(event.bond.asStanding), level \(event.level)"
    case .abilityTaught(let event):
      "\(player(event.player)) was taught \(event.name) by \(echo(event.echo))"
    case .abilityUsed(let event):
      "\(player(event.player)) used \(event.name) in \(region(event.region))"
    }
  }
}
