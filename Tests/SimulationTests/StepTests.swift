import Testing

@testable import Simulation

/// Steps are kept in files that people read, cut and pass on.
@Suite struct StepTests {
  private static let others: [Step] = [
    .connect(client: 0), .lose(client: 23), .vanish(client: 3), .leave(client: 4),
    .resend(client: 5, seed: .max), .ask(client: 6, seed: 0), .watch(client: 7, seed: 1),
    .unwatch(client: 8, seed: 2), .idle(client: 9, true), .idle(client: 9, false),
    .read(client: 10, count: .max), .catchUp(client: 11, pieces: 2), .pass(microseconds: 5),
    .jump(microseconds: -5),
    .fill(true), .fill(false), .work, .takeImages, .writeImage, .crash, .restart, .compare,
  ]

  private static var steps: [Step] {
    var steps = others
    for name in CommandName.allCases { steps.append(.send(client: 1, name, seed: 77)) }
    for fate in CommitFate.allCases { steps.append(.commit(fate)) }
    return steps
  }

  @Test func `every step is read as it is written`() throws {
    for step in Self.steps { #expect(Step(step.description) == step) }
    let list = StepList(seed: .max, steps: Self.steps)
    #expect(try StepList(list.text()) == list)
  }

  @Test(arguments: [
    "", "connect", "connect 24", "connect -1", "connect x", "send 1 say", "send 1 sing 5",
    "commit perhaps", "read 1", "jump 99999999999999999", "idle 1", "crash now", "fly 1",
  ])
  func `what is no step is refused`(line: String) {
    #expect(Step(line) == nil)
  }

  @Test func `the first wrong line is named`() {
    let title = "finalverse simulation steps 1"
    for (text, line) in [
      ("", 1), ("something\nseed 1\n", 1), ("\(title)\nseed x\n", 2), ("\(title)\n", 2),
      ("\(title)\nseed 1\n# a comment\n\ncrash\nfly\n", 6),
    ] {
      do throws(StepListFault) {
        _ = try StepList(text)
        Issue.record("read: \(text)")
      } catch {
        #expect(error.line == line)
      }
    }
  }
}
