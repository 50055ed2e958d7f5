import Foundation

/// How long the proofs of docs/proofs.md take: `tools/prove` says so; without it they are short.
enum Proofs {
  private static let environment = ProcessInfo.processInfo.environment

  /// For how long, in seconds; nil for short.
  static var seconds: Int? { environment["FINALVERSE_PROVE_SECONDS"].flatMap { Int($0) } }

  /// At every how many changes of files the power is cut; nil for as many as there is time for.
  static var step: Int? { environment["FINALVERSE_PROVE_STEP"].flatMap { Int($0) } }

  /// How many rounds; nil for few.
  static var rounds: Int? { environment["FINALVERSE_PROVE_ROUNDS"].flatMap { Int($0) } }

  /// Of which program; nil for the one that was built along with the tests.
  static var program: URL? { environment["FINALVERSE_PROVE_PROGRAM"].map { URL(filePath: $0) } }

  /// What draws begin with; random unless it is said.
  static var seed: UInt64 {
    environment["FINALVERSE_PROVE_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...1_000_000)
  }

  /// A file's text; nothing when there is none.
  static func text(of path: String) -> String {
    (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
