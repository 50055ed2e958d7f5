import EventLog
import Schema
import Testing

@testable import World

@Suite struct PlayersTests {
  let fixture: WorldFixture

  init() throws {
    fixture = try WorldFixture()
  }

  @Test func `players are numbered from 1000 in the order of their sign-in`() throws {
    #expect(try fixture.enrol() == 1_000)
    #expect(try fixture.enrol() == 1_001)
  }

  @Test func `a new profile stands in its home with goods, in one entry`() throws {
    let ann = try fixture.enrol()
    let events = try fixture.run(.createProfile("Ann", look: "tall", home: 5), by: ann)
    #expect(events.compactMap(\.kind?.description) == ["1.2", "4.1", "5.11", "5.2"])
    let placed = events[1].movement.playerPlaced
    #expect(placed.region == 5)
    #expect(fixture.world.regions.grid.region(at: placed.at) == 5)
    let profile = try #require(fixture.profile(of: ann))
    #expect(profile.name == "Ann" && profile.look == "tall" && profile.homeRegion == 5)
    #expect(profile.createdUs == fixture.now.microseconds)
  }

  @Test func `births are spread over the inner half of the home region`() throws {
    for index in 0..<50 {
      let player = try fixture.newPlayer("Player \(index)", home: 2)
      let place = try #require(fixture.place(of: player))
      #expect((12_500..<17_500).contains(place.xMm) && (2_500..<7_500).contains(place.yMm))
    }
    let places = Set(
      fixture.players(in: 2).compactMap {
        fixture.place(of: $0)?.xMm
      })
    #expect(places.count > 40)
  }

  @Test func `what changes is changed and the rest is not`() throws {
    let ann = try fixture.newPlayer("Ann", home: 3)
    fixture.sleep(1_000)
    let events = try fixture.run(.changeProfile { $0.look = "short" }, by: ann)
    let changed = events[0].players.profileChanged
    #expect(!changed.hasName && !changed.hasNameKey && !changed.hasHomeRegion)
    #expect(changed.region == 3)
    let profile = try #require(fixture.profile(of: ann))
    #expect(profile.name == "Ann" && profile.look == "short" && profile.homeRegion == 3)
    #expect(profile.changedUs == fixture.now.microseconds)
    #expect(profile.createdUs == fixture.now.microseconds - 1_000)
  }

  @Test func `a name that is given up is free, also for its own player in other letters`() throws {
    let ann = try fixture.newPlayer("Ann")
    let ben = try fixture.newPlayer("Ben")
    try fixture.run(.changeProfile { $0.name = "Anna" }, by: ann)
    try fixture.run(.changeProfile { $0.name = "ANN" }, by: ben)
    try fixture.run(.changeProfile { $0.name = "Ann" }, by: ben)
    #expect(fixture.world.players.player(named: "ann") == ben)
    #expect(fixture.world.players.player(named: "ben") == nil)
  }

  @Test func `a retired player is gone from the world and its name stays taken`() throws {
    let ann = try fixture.newPlayer("Ann")
    try fixture.run(.startMove(to: .at(29_000, 19_000)), by: ann)
    fixture.wait(100_000)
    let events = try fixture.run(.retireProfile, by: ann)
    #expect(events.compactMap(\.kind?.description) == ["4.3", "1.4", "4.5"])
    #expect(fixture.world.movement.row(of: ann) == nil)
    #expect(fixture.players(in: 1).isEmpty)
    let ben = try fixture.enrol()
    expectRejection(PlayersRejection.nameTaken, field: "create_profile.name") {
      try fixture.run(.createProfile("ann"), by: ben)
    }
  }

  @Test func `a profile is for all to see once there is one`() throws {
    let ann = try fixture.newPlayer("Ann")
    let ben = try fixture.enrol()
    let asked = try fixture.ask(.profile(of: ann), by: ben)
    #expect(asked.players.profile.name == "Ann")
    #expect(try fixture.ask(.profile(of: 0), by: ann).players.profile.name == "Ann")
    expectRejection(CommonRejection.noSuchPlayer, field: "player") {
      _ = try fixture.ask(.profile(of: 0), by: ben)
    }
    expectRejection(CommonRejection.noSuchPlayer, field: "player") {
      _ = try fixture.ask(.profile(of: 77), by: ben)
    }
    expectRejection(CommonRejection.notAllowed, field: "player") {
      _ = try fixture.askAsOperator(.profile(of: 0))
    }
  }
}

@Suite struct PlayersRejectionTests {
  let fixture: WorldFixture

  init() throws {
    fixture = try WorldFixture()
  }

  @Test func `there is one profile a player`() throws {
    let ann = try fixture.newPlayer("Ann")
    expectRejection(PlayersRejection.profileExists) {
      try fixture.run(.createProfile("Anna"), by: ann)
    }
  }

  @Test func `a name must be one`() throws {
    let ann = try fixture.enrol()
    expectRejection(PlayersRejection.invalidName, field: "create_profile.name") {
      try fixture.run(.createProfile("A"), by: ann)
    }
    try fixture.run(.createProfile("Ann"), by: ann)
    expectRejection(PlayersRejection.invalidName, field: "change_profile.name") {
      try fixture.run(.changeProfile { $0.name = "" }, by: ann)
    }
  }

  @Test(arguments: ["ANN LEE", "ann lee", "Ann Lee"])
  func `a name is taken in all its letters`(name: String) throws {
    _ = try fixture.newPlayer("Ann Lee")
    let ben = try fixture.enrol()
    expectRejection(PlayersRejection.nameTaken, field: "create_profile.name") {
      try fixture.run(.createProfile(name), by: ben)
    }
    try fixture.run(.createProfile("Ben"), by: ben)
    expectRejection(PlayersRejection.nameTaken, field: "change_profile.name") {
      try fixture.run(.changeProfile { $0.name = name }, by: ben)
    }
  }

  @Test func `a name composed otherwise is the same name`() throws {
    _ = try fixture.newPlayer("Zo\u{EB}")
    let zoe = try fixture.enrol()
    expectRejection(PlayersRejection.nameTaken, field: "create_profile.name") {
      try fixture.run(.createProfile("Zoe\u{308}"), by: zoe)
    }
  }

  @Test func `a look is short and plain`() throws {
    let ann = try fixture.enrol()
    expectRejection(PlayersRejection.invalidLook, field: "create_profile.look") {
      try fixture.run(.createProfile("Ann", look: String(repeating: "x", count: 201)), by: ann)
    }
    try fixture.run(.createProfile("Ann"), by: ann)
    expectRejection(PlayersRejection.invalidLook, field: "change_profile.look") {
      try fixture.run(.changeProfile { $0.look = "a\u{0}b" }, by: ann)
    }
  }

  @Test(arguments: [0, 7, UInt32.max])
  func `a home is a region`(home: UInt32) throws {
    let ann = try fixture.enrol()
    expectRejection(CommonRejection.noSuchRegion, field: "create_profile.home_region") {
      try fixture.run(.createProfile("Ann", home: home), by: ann)
    }
    try fixture.run(.createProfile("Ann"), by: ann)
    expectRejection(CommonRejection.noSuchRegion, field: "change_profile.home_region") {
      try fixture.run(.changeProfile { $0.homeRegion = home }, by: ann)
    }
  }

  @Test func `a change changes something`() throws {
    let ann = try fixture.newPlayer("Ann")
    expectRejection(PlayersRejection.nothingChanged, field: "change_profile") {
      try fixture.run(.changeProfile { _ in }, by: ann)
    }
    expectRejection(PlayersRejection.nothingChanged, field: "change_profile") {
      try fixture.run(
        .changeProfile {
          $0.name = "Ann"
          $0.homeRegion = 1
        }, by: ann)
    }
  }
}
