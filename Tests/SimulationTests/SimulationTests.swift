import Testing

@testable import Simulation

/// Short runs of many seeds; long ones are run by `finalverse simulate`.
@Suite(.timeLimit(.minutes(2))) struct SimulationTests {
  @Test(arguments: FaultLevel.allCases, [1, 2, 3] as [UInt64])
  func `every promise holds`(faults: FaultLevel, seed: UInt64) {
    let report = SimulationRun.play(
      SimulationPlan(seed: seed, commands: 1_200, faults: faults))
    #expect(report.breach == nil, "seed \(seed), faults \(faults)")
    #expect(report.tally.commands >= 1_200)
    #expect(report.tally.acknowledged.values.reduce(0, +) > 10)
    #expect(!report.tally.rejected.isEmpty)
  }

  @Test func `the same seed comes to the same end`() {
    let plan = SimulationPlan(seed: 11, commands: 1_000, faults: .many)
    let first = SimulationRun.play(plan)
    let second = SimulationRun.play(plan)
    #expect(first.breach == nil)
    #expect(first.digest == second.digest)
    #expect(first.tally == second.tally)
    var other = plan
    other.seed = 12
    #expect(SimulationRun.play(other).digest != first.digest)
  }

  @Test func `all faults happen, and every command is sent and takes effect`() {
    var incidents: Set<String> = []
    var accepted: Set<CommandName> = []
    var isComplete: Bool { Set(CommandName.allCases).subtracting(accepted) == [.nothing] }
    // What is rare may take another seed.
    for seed in 1...48 as ClosedRange<UInt64> where seed <= 24 || !isComplete {
      let report = SimulationRun.play(
        SimulationPlan(seed: seed, commands: 800, faults: .many))
      #expect(report.breach == nil, "seed \(seed)")
      incidents.formUnion(report.tally.incidents.keys)
      accepted.formUnion(report.tally.acknowledged.keys)
    }
    let expected =
      Tally.Incident.allCases.map(\.rawValue)
      + CommitFate.allCases.filter { $0 != .durable }.map { "commit_" + $0.rawValue }
    #expect(Set(expected).subtracting(incidents) == [])
    #expect(Set(CommandName.allCases).subtracting(accepted) == [.nothing])
  }
}
