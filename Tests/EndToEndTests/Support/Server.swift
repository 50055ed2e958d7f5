import Client
import Foundation
import Testing

/// A server under test: `finalverse serve` on a port that the system chose.
struct Server: Sendable {
  /// The process.
  let program: ProgramRun
  /// Where it listens: `127.0.0.1:PORT`.
  let address: String
  /// Whether it speaks TLS.
  let isSecure: Bool

  /// Starts a server and waits until it listens.
  ///
  /// - Parameters:
  ///   - directory: Holds the data directory.
  ///   - port: 0 lets the system choose one.
  ///   - options: Further options of `serve`.
  static func start(
    in directory: Scratch, port: Int = 0, _ options: String...
  ) async throws -> Server {
    try await start(in: directory, port: port, options)
  }

  /// Starts a server and waits until it listens.
  static func start(
    in directory: Scratch, port: Int = 0, _ options: [String], data: String? = nil,
    environment: [String: String] = [:]
  ) async throws -> Server {
    let program = try ProgramRun(
      ["serve", "--data", data ?? directory.data, "--listen", "127.0.0.1:\(port)"] + options,
      in: directory, environment: environment)
    _ = await eventually(within: .seconds(60)) {
      !program.isRunning || program.output.contains(listening)
    }
    let output = program.output
    guard let start = output.range(of: listening)?.upperBound else {
      throw ServerMissing(errors: program.errors)
    }
    let address = output[start...].prefix { !$0.isWhitespace && $0 != "/" }
    let isSecure = options.contains("--tls-certificate")
    return Server(program: program, address: String(address), isSecure: isSecure)
  }

  /// What stands before the address in what the server prints.
  private static let listening = "s://"

  /// Where clients connect.
  var url: String { "\(isSecure ? "wss" : "ws")://\(address)/ws" }

  /// The port it listens on.
  var port: Int { Int(address.split(separator: ":").last ?? "") ?? 0 }

  /// A client that is signed in.
  func connect(_ options: ClientOptions = ClientOptions()) async throws -> FinalverseClient {
    try await FinalverseClient.connect(to: url, options: options)
  }

  /// A client with a profile, in the world.
  func join(_ name: String, homeRegion: UInt32 = 1) async throws -> FinalverseClient {
    let client = try await connect()
    try await client.createProfile(name: name, look: "plain", homeRegion: homeRegion)
    return client
  }

  /// Stops it as an operator does, and waits for its end.
  @discardableResult
  func stop() async throws -> ProgramRun.Outcome {
    program.signal(SIGTERM)
    return try await program.end()
  }

  /// Stops it at whatever instruction it is at.
  @discardableResult
  func kill() async throws -> ProgramRun.Outcome {
    program.signal(SIGKILL)
    return try await program.end()
  }
}

/// A server did not come to listen.
struct ServerMissing: Error, CustomStringConvertible {
  /// What it said.
  let errors: String

  var description: String { "the server does not listen: \(errors)" }
}
