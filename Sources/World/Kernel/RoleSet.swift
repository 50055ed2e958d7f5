package import Schema

/// Some of the roles.
package struct RoleSet: OptionSet, Hashable, Sendable {
  /// A bit for each role.
  package let rawValue: UInt8

  /// The roles of these bits.
  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// One role alone; none for a role of a newer schema.
  package init(_ role: Role) {
    self =
      switch role {
      case .player: .player
      case .moderator: .moderator
      case .designer: .designer
      case .analyst: .analyst
      case .operator: .operators
      case .UNRECOGNIZED: []
      }
  }

  private static let player = Self(rawValue: 1 << 0)
  private static let moderator = Self(rawValue: 1 << 1)
  private static let designer = Self(rawValue: 1 << 2)
  private static let analyst = Self(rawValue: 1 << 3)

  /// Whatever the role: what nobody has to be looked up for.
  package static let everyone: Self = [.player, .moderator, .designer, .analyst, .operators]
  /// Those who run the world.
  package static let operators = Self(rawValue: 1 << 4)
  /// Those who make what there is to be had.
  package static let makers: Self = [.designer, .operators]
  /// Those who may see everything, and do not change it by that.
  package static let observers: Self = [.analyst, .operators]
  /// Those who see to it that players can bear one another.
  package static let moderators: Self = [.moderator, .operators]
  /// Those who look after players.
  package static let caretakers: Self = [.moderator, .analyst, .operators]

  /// The roles' names, for a sentence: "designer or operator".
  package var names: String {
    let names = Role.allCases.filter { contains(Self($0)) }.map(\.name)
    guard let last = names.last, names.count > 1 else { return names.first ?? "nobody" }
    return names.dropLast().joined(separator: ", ") + " or " + last
  }
}

extension Role {
  /// The role's name as people read and write it: `moderator`.
  package var name: String {
    switch self {
    case .player: "player"
    case .moderator: "moderator"
    case .designer: "designer"
    case .analyst: "analyst"
    case .operator: "operator"
    case .UNRECOGNIZED(let number): "role \(number)"
    }
  }
}
