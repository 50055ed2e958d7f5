/// Makes a list of steps that fails shorter, as long as it still fails in the same promise.
///
/// After Zeller's delta debugging: stretches are left out, long ones first, and whatever is not needed stays out.
/// https://www.st.cs.uni-saarland.de/papers/tse2002/
package enum Shrinking {
  /// A shorter list that fails as the given one does.
  ///
  /// - Parameters:
  ///   - list: Steps that lead to a breach of `promise`.
  ///   - promise: What is broken.
  ///   - machine: What the server runs on.
  ///   - isOver: Asked before each attempt; true ends the search with what there is.
  /// - Returns: the list, and the breach that it leads to; nil when the given list does not lead to one.
  package static func shrink(
    _ list: StepList, breaking promise: Breach.Promise, on machine: Machine = Machine(),
    until isOver: () -> Bool = { false }
  ) -> (list: StepList, breach: Breach)? {
    func failing(_ steps: [Step]) -> (steps: [Step], breach: Breach)? {
      let report = SimulationRun.replay(StepList(seed: list.seed, steps: steps), on: machine)
      guard let breach = report.breach, breach.promise == promise else { return nil }
      return (report.steps, breach)
    }
    guard var best = failing(list.steps) else { return nil }
    var size = max(1, best.steps.count / 2)
    while !isOver() {
      var end = best.steps.count
      var isShorter = false
      while end > 0, !isOver() {
        let start = max(0, end - size)
        if let shorter = failing(
          Array(best.steps[..<start] + best.steps[min(end, best.steps.count)...]))
        {
          best = shorter
          isShorter = true
        }
        end = min(start, best.steps.count)
      }
      if size > 1 { size /= 2 } else if !isShorter { break }
    }
    return (StepList(seed: list.seed, steps: best.steps), best.breach)
  }
}
