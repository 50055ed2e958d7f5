import EventLog
import Testing
import World

@testable import Engine

@Suite struct WatchersTests {
  private func session(_ number: UInt64) -> Session {
    Session(
      connection: Connection(id: number, outlet: 0),
      requester: Requester(actor: ActorID(1_000 + number), role: .player),
      id: SessionID(number))
  }

  @Test func `a topic is watched until its last connection has left`() {
    var watchers = Watchers()
    let (ada, ben) = (session(1), session(2))
    watchers.add(ada.connection, to: .everyone)
    watchers.add(ada.connection, to: .everyone)
    watchers.add(ben.connection, to: .everyone)
    watchers.remove(ada.connection, from: .everyone)
    watchers.remove(ada.connection, from: .everyone)
    #expect(watchers.watches(.everyone))
    watchers.removeAll(of: ben)
    #expect(!watchers.watches(.everyone))
    #expect(watchers.isEmpty)
  }

  @Test func `connections of two outlets are two, whatever their numbers`() {
    var watchers = Watchers()
    let here = session(1)
    let there = Session(
      connection: Connection(id: 1, outlet: 1), requester: session(2).requester, id: here.id)
    watchers.add(here.connection, to: .everyone)
    watchers.add(there.connection, to: .everyone)
    #expect(watchers.connectionCount == 2)
    watchers.removeAll(of: here)
    #expect(watchers.watches(.everyone))
    watchers.removeAll(of: there)
    #expect(watchers.isEmpty)
  }

  @Test func `the end of an old session does not end the following of the new one`() {
    var watchers = Watchers()
    let old = session(1)
    let new = Session(
      connection: Connection(id: 7, outlet: 0), requester: old.requester, id: SessionID(UInt64(9)))
    watchers.follow(new, in: RegionID(UInt64(3)))
    watchers.removeAll(of: old)
    #expect(watchers.follower(on: new)?.region == RegionID(UInt64(3)))
    #expect(watchers.follower(on: old) == nil)
  }

  @Test func `several may follow one player, each on a connection of its own`() {
    var watchers = Watchers()
    let first = session(1)
    let second = Session(
      connection: Connection(id: 7, outlet: 0), requester: first.requester, id: first.id)
    watchers.follow(first, in: RegionID(UInt64(3)))
    watchers.follow(second, in: RegionID(UInt64(3)))
    watchers.follow(second, in: RegionID(UInt64(4)))
    #expect(watchers.followers(of: first.requester.player).map(\.region.rawValue) == [3, 4])
    watchers.unfollow(first)
    #expect(watchers.followers(of: first.requester.player).map(\.session.connection.id) == [7])
    watchers.unfollow(second)
    #expect(!watchers.isFollowed(first.requester.player))
  }

  @Test func `only the latest rejections are kept`() {
    var rejections = RecentRejections()
    let actor = ActorID(1_000)
    for number in 0...UInt64(RecentRejections.capacity) {
      rejections.remember(.nothingToDo, CommandID(number), by: actor)
    }
    #expect(rejections.find(CommandID(0), by: actor) == nil)
    #expect(rejections.find(CommandID(1), by: actor) == .nothingToDo)
  }
}
