/// Members by group, in order: an index from, say, regions to the players in them.
///
/// Derived state: it is rebuilt from rows and never kept. A group is a flat array, so that it is
/// read in order without sorting.
package struct SortedGroups<Group: Hashable & Sendable, Member: Comparable & Sendable>: Sendable {
  private var membersOfGroup: [Group: [Member]] = [:]

  /// No groups.
  package init() {}

  /// The group's members in order; empty when there is no such group.
  package func members(of group: Group) -> [Member] {
    membersOfGroup[group] ?? []
  }

  /// How many members the group has.
  package func count(of group: Group) -> Int {
    membersOfGroup[group]?.count ?? 0
  }

  /// How many members all groups have together.
  ///
  /// - Complexity: O(groups).
  package var count: Int {
    membersOfGroup.values.reduce(0) { $0 + $1.count }
  }

  /// Adds the member to the group; nothing happens when it is there.
  ///
  /// - Complexity: O(members of the group), a move of memory.
  package mutating func insert(_ member: Member, into group: Group) {
    let index = Self.index(of: member, in: membersOfGroup[group, default: []])
    if index < count(of: group), membersOfGroup[group]?[index] == member { return }
    membersOfGroup[group, default: []].insert(member, at: index)
  }

  /// Removes the member from the group; nothing happens when it is not there.
  ///
  /// - Complexity: O(members of the group), a move of memory.
  package mutating func remove(_ member: Member, from group: Group) {
    guard let members = membersOfGroup[group] else { return }
    let index = Self.index(of: member, in: members)
    guard index < members.count, members[index] == member else { return }
    if members.count == 1 {
      membersOfGroup[group] = nil
    } else {
      removeMember(at: index, from: group)
    }
  }

  private mutating func removeMember(at index: Int, from group: Group) {
    membersOfGroup[group]?.remove(at: index)
  }

  /// Forgets all groups.
  package mutating func removeAll() {
    membersOfGroup.removeAll()
  }

  /// Where the member is or belongs.
  private static func index(of member: Member, in members: [Member]) -> Int {
    var low = 0
    var high = members.count
    while low < high {
      let middle = (low + high) / 2
      if members[middle] < member { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
