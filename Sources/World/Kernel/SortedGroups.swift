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
    Self.insert(member, into: &membersOfGroup[group, default: []])
  }

  /// Removes the member from the group; nothing happens when it is not there.
  ///
  /// - Complexity: O(members of the group), a move of memory.
  package mutating func remove(_ member: Member, from group: Group) {
    guard let found = membersOfGroup.index(forKey: group) else { return }
    Self.remove(member, from: &membersOfGroup.values[found])
    if membersOfGroup.values[found].isEmpty { membersOfGroup.remove(at: found) }
  }

  /// Forgets all groups.
  package mutating func removeAll() {
    membersOfGroup.removeAll()
  }

  private static func insert(_ member: Member, into members: inout [Member]) {
    let index = members.partitioningIndex { $0 >= member }
    if index < members.count, members[index] == member { return }
    members.insert(member, at: index)
  }

  private static func remove(_ member: Member, from members: inout [Member]) {
    let index = members.partitioningIndex { $0 >= member }
    if index < members.count, members[index] == member { members.remove(at: index) }
  }
}
