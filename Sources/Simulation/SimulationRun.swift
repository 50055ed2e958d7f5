/// What is simulated.
package struct SimulationPlan: Hashable, Sendable {
  /// What everything follows from.
  package var seed: UInt64
  /// How many commands are sent.
  package var commands: Int
  /// How much goes wrong.
  package var faults: FaultLevel

  /// A plan.
  package init(seed: UInt64, commands: Int, faults: FaultLevel) {
    self.seed = seed
    self.commands = commands
    self.faults = faults
  }
}

/// How a simulation ended.
package struct SimulationReport: Sendable {
  /// What happened.
  package let tally: Tally
  /// The state of every projection and the head of the log's chain, as one hash; nil when a promise did not
  /// hold.
  package let digest: String?
  /// The promise that did not hold; nil when all did.
  package let breach: Breach?
  /// The steps up to the breach; none when there was none.
  package let steps: [Step]
}

/// Runs simulations, one step after the other.
package enum SimulationRun {
  /// How many commands are sent between two calls of `progress`.
  private static let progressInterval = 1_024

  /// Plays what a plan's seed says.
  ///
  /// - Parameters:
  ///   - plan: What is simulated.
  ///   - machine: What the server runs on.
  ///   - progress: Told now and then how many commands have been sent.
  /// - Complexity: O(steps) of memory, for what is needed to do it again.
  package static func play(
    _ plan: SimulationPlan, on machine: Machine = Machine(), progress: (Int) -> Void = { _ in }
  ) -> SimulationReport {
    var steps: [Step] = []
    return run(plan.seed, machine) { (simulation: inout Simulation) throws(Breach) in
      var generator = Generator(seed: plan.seed, faults: plan.faults)
      var told = 0
      while simulation.tally.commands < plan.commands {
        let step = generator.next(in: simulation)
        steps.append(step)
        simulation.tally.steps += 1
        try simulation.apply(step)
        if simulation.tally.commands - told >= progressInterval {
          told = simulation.tally.commands
          progress(told)
        }
      }
    } steps: {
      steps
    }
  }

  /// Takes the steps of a list.
  package static func replay(
    _ list: StepList, on machine: Machine = Machine()
  ) -> SimulationReport {
    var taken = 0
    return run(list.seed, machine) { (simulation: inout Simulation) throws(Breach) in
      for step in list.steps {
        taken += 1
        simulation.tally.steps += 1
        try simulation.apply(step)
      }
    } steps: {
      Array(list.steps.prefix(taken))
    }
  }

  private static func run(
    _ seed: UInt64, _ machine: Machine,
    _ body: (inout Simulation) throws(Breach) -> Void, steps: () -> [Step]
  ) -> SimulationReport {
    var tally = Tally()
    do throws(Breach) {
      var simulation = try Simulation.found(seed: seed, on: machine)
      do throws(Breach) {
        try body(&simulation)
        let digest = try simulation.finish()
        return SimulationReport(
          tally: simulation.tally, digest: digest, breach: nil, steps: [])
      } catch {
        tally = simulation.tally
        throw error
      }
    } catch {
      return SimulationReport(tally: tally, digest: nil, breach: error, steps: steps())
    }
  }
}

extension Simulation {
  /// Looks at everything once more, restarts the server, and looks again.
  ///
  /// - Returns: what the run came to.
  mutating func finish() throws(Breach) -> String {
    try compare()
    try restart()
    try compare()
    try compareAfresh()
    return try digest()
  }
}
