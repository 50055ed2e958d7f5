/// How the process ends, in the numbers of sysexits.h, so that a script can tell what to do next.
enum ExitStatus: Int32, CaseIterable, Sendable {
  /// All went well.
  case success = 0
  /// The bots were told things that contradict one another.
  case contradiction = 1
  /// A simulation came to where a promise does not hold.
  case brokenPromise = 2
  /// The command line makes no sense.
  case usage = 64
  /// What is stored is damaged, or does not agree with itself.
  case damaged = 65
  /// There is no such data.
  case noData = 66
  /// The address is in use, or nobody answers there.
  case unavailable = 69
  /// A fault of the program itself.
  case fault = 70
  /// Something cannot be written: no permission, or no room on the disk.
  case cannotWrite = 73
  /// Another server has the data directory.
  case locked = 75
  /// The server does not do what it was asked to.
  case refused = 77

  /// A few words for `--help`.
  var meaning: String {
    switch self {
    case .success: "fine"
    case .contradiction: "bots found a contradiction"
    case .brokenPromise: "a simulation broke a promise"
    case .usage: "wrong usage"
    case .damaged: "damaged data"
    case .noData: "no such data"
    case .unavailable: "address in use or nobody there"
    case .fault: "internal fault"
    case .cannotWrite: "cannot write"
    case .locked: "another server has the directory"
    case .refused: "refused by the server"
    }
  }

  /// All of them on one line.
  static var summary: String {
    allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: ", ")
  }
}
