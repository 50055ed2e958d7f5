import Testing

@testable import World

@Suite struct SortedGroupsTests {
  @Test func `members are in order, and each is in its group once`() {
    var groups = SortedGroups<Int, Int>()
    for member in [5, 3, 9, 3, 1] { groups.insert(member, into: 7) }
    groups.insert(2, into: 8)
    #expect(groups.members(of: 7) == [1, 3, 5, 9])
    #expect(groups.count(of: 7) == 4)
    #expect(groups.count == 5)
  }

  @Test func `members leave, and an empty group is none`() {
    var groups = SortedGroups<Int, Int>()
    for member in [5, 3, 9] { groups.insert(member, into: 7) }
    groups.remove(4, from: 7)
    groups.remove(3, from: 8)
    groups.remove(3, from: 7)
    #expect(groups.members(of: 7) == [5, 9])
    groups.remove(5, from: 7)
    groups.remove(9, from: 7)
    #expect(groups.members(of: 7).isEmpty)
    #expect(groups.count == 0)
  }
}
