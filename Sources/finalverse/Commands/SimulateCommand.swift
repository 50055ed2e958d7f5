import ArgumentParser
import Foundation
import Simulation

/// `finalverse simulate`: plays whole lives of a server in one thread, with everything that can go wrong.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Play a server and its clients from a seed, with faults, and check every promise.",
    discussion: """
      Clock, disk and connections are simulated; engine, rules, log format and recovery are the real ones. The same seed is the same run, to the \
      last bit. When a promise does not hold, the steps that lead there are made as few as they can be, printed, and written to a file with \
      --write; --steps takes them again. Ends with exit code 2 then. It needs no data directory and touches none.

      Examples:
        finalverse simulate --seed 7 --commands 1000000
        finalverse simulate --seed 1 --runs 500 --commands 20000 --faults many --write broken.steps
        finalverse simulate --steps broken.steps
      """)

  @Option(help: ArgumentHelp("What everything follows from.", valueName: "S"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("How many commands are sent; at most 100,000,000.", valueName: "N"))
  var commands = 100_000

  @Option(help: ArgumentHelp("How many seeds are played, one after the other.", valueName: "N"))
  var runs = 1

  @Option(help: ArgumentHelp("How much goes wrong: none, some or many.", valueName: "LEVEL"))
  var faults = FaultLevel.some

  @Option(
    help: ArgumentHelp("Take the steps of this file instead of a seed's.", valueName: "FILE"))
  var steps: String?

  @Option(
    help: ArgumentHelp("Write the steps that lead to a broken promise here.", valueName: "FILE"))
  var write: String?

  @Option(
    help: ArgumentHelp("How long to look for fewer steps, such as 30s.", valueName: "TIME"))
  var shrinkFor = TimeSpan(seconds: 60)

  @Flag(help: "One JSON object a run.")
  var json = false

  func validate() throws {
    guard (1...100_000_000).contains(commands) else {
      throw ValidationError("--commands is 1 to 100,000,000.")
    }
    guard (1...1_000_000).contains(runs) else { throw ValidationError("--runs is 1 to 1,000,000.") }
  }

  func run() throws {
    if let steps {
      let list = try readSteps(steps)
      return try tell(SimulationRun.replay(list), seed: list.seed, after: nil)
    }
    for number in 0..<runs {
      let plan = SimulationPlan(
        seed: seed &+ UInt64(number), commands: commands, faults: faults)
      let progress = Progress("seed \(plan.seed)", of: commands, "command", "commands")
      let start = ContinuousClock.now
      let report = SimulationRun.play(plan) { progress.update($0) }
      progress.finish(report.tally.commands)
      try tell(report, seed: plan.seed, after: ContinuousClock.now - start)
    }
  }

  /// Prints a report; shrinks what broke a promise, and ends with it.
  private func tell(_ report: SimulationReport, seed: UInt64, after time: Duration?) throws {
    guard let breach = report.breach else {
      print(json ? report.json(seed: seed, after: time).text : report.text(seed: seed, after: time))
      return
    }
    Console.complain(
      """
      seed \(seed), step \(Figures.count(report.steps.count)): \(breach.description)
      looking for fewer steps that break the same promise (\(breach.promise.rawValue)) …
      """)
    let deadline = ContinuousClock.now + shrinkFor.duration
    let found = Shrinking.shrink(
      StepList(seed: seed, steps: report.steps), breaking: breach.promise,
      until: { ContinuousClock.now >= deadline })
    let list = found?.list ?? StepList(seed: seed, steps: report.steps)
    let text = list.text(
      comment: [breach.promise.rawValue, (found?.breach ?? breach).oneLine])
    if let write { try writeSteps(text, to: write) }
    print(json ? report.json(seed: seed, after: time, shrunk: list).text : text)
    throw Failure(
      .brokenPromise,
      """
      a promise does not hold (\(breach.promise.rawValue)): \((found?.breach ?? breach).description)
      \(found == nil ? "It did not happen again: the run depends on something besides its seed." : "It takes \(Figures.count(list.steps.count, "step", "steps")), as printed.")
      """)
  }

  private func readSteps(_ path: String) throws -> StepList {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw Failure(.noData, "The steps cannot be read from \(path): \(error)")
    }
    do throws(StepListFault) {
      return try StepList(text)
    } catch {
      throw Failure(
        .damaged,
        "\(path), line \(error.line), is not as it should be; expected: \(error.expected).")
    }
  }

  private func writeSteps(_ text: String, to path: String) throws {
    do {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw Failure(.cannotWrite, "The steps cannot be written to \(path): \(error)")
    }
  }
}

extension FaultLevel: ExpressibleByArgument {}
