import Schema
import SwiftProtobuf
import World

extension CommandModel {
  mutating func echoesCommand(
    _ name: CommandName, in world: borrowing World
  ) -> EchoesCommand.OneOf_Command {
    switch name {
    case .attendEcho: return .attendEcho(.with { $0.echo = echo(in: world) })
    case .useAbility:
      let taught = world.echoes.learned(by: player)?.abilities ?? []
      let ability = draw.element(of: taught)?.ability ?? UInt32(draw.below(6))
      return .useAbility(.with { $0.ability = ability })
    case .placeEcho:
      // Where somebody is, so that somebody attends to it.
      let here = draw.element(of: others).flatMap { world.movement.region(of: $0)?.number }
      return .placeEcho(
        .with {
          $0.kind = UInt32(draw.number(in: 0...4))
          $0.region = draw.once(in: 3) ? UInt32(draw.below(25)) : here ?? 1
          $0.name = text()
          $0.reason = text()
        })
    case .retireEcho:
      return .retireEcho(
        .with {
          $0.echo = echo(in: world)
          $0.reason = text()
        })
    default: return .setEchoRules(.with { $0.rules = echoRules(in: world) })
    }
  }

  /// An echo where the sender is, any other, or none.
  private mutating func echo(in world: borrowing World) -> UInt64 {
    if draw.once(in: 20) { return UInt64(bitPattern: draw.absurdity()) }
    if let region = world.movement.region(of: player),
      let near = draw.element(of: world.echoes.rows(in: region)), !draw.once(in: 5)
    {
      return near.echo
    }
    return UInt64(draw.below(world.echoes.count + 2))
  }

  /// Rules by which echoes are easily woken and soon teach, and now and then some that are not possible.
  private mutating func echoRules(in world: borrowing World) -> EchoRules {
    var rules = world.echoes.rules ?? .standard
    rules.attendPermille = draw.once(in: 12) ? draw.absurdity() : draw.number(in: 1...1_000)
    rules.bondHalfHours = draw.number(in: 1...500)
    rules.grain = draw.number(in: 1...50_000)
    for index in rules.kinds.indices {
      rules.kinds[index].favours.nature = draw.number(in: -100...600)
      rules.kinds[index].riseHours = draw.number(in: 1...20)
    }
    for index in rules.abilities.indices {
      rules.abilities[index].level = 1
      rules.abilities[index].stage = .dormant
      rules.abilities[index].restHours = draw.number(in: 0...10)
    }
    if draw.once(in: 8) { rules.kinds.removeAll() }
    return rules
  }
}
