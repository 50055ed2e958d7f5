import Accounts
import ArgumentParser
import Client
import Engine

/// The running server, and who asks it: for every command that an operator sends to one.
struct OperatorOptions: ParsableArguments {
  @OptionGroup var data: DataOptions

  @Option(help: ArgumentHelp("The server.", valueName: "URL"))
  var url = "ws://127.0.0.1:7777/ws"

  @OptionGroup var trust: TrustOptions

  /// Signs in with the operator's token of the data directory, does something, and says farewell.
  ///
  /// - Throws: ``Failure`` when there is no token; what the client throws, and what `body` does.
  func withClient<Value: Sendable>(
    _ body: (FinalverseClient) async throws -> Value
  ) async throws -> Value {
    let identity = IdentityDirectory(path: data.directory.identity)
    guard let token = try identity.operatorToken() else {
      throw Failure(
        .noData,
        "there is no operator's token in \(identity.operatorTokenFile). "
          + "Name the data directory of the server with --data.")
    }
    var options = ClientOptions()
    options.authorities = try trust.authorities()
    options.credential = .token(token)
    options.program = "finalverse"
    options.reconnection = nil
    let client = try await Self.connect(to: url, options)
    do {
      let value = try await body(client)
      await client.farewell()
      return value
    } catch {
      await client.farewell()
      throw error
    }
  }

  /// Connects; a token that is not good is tried again after the second in which a server takes note of a
  /// key that was rotated.
  private static func connect(
    to url: String, _ options: ClientOptions
  ) async throws -> FinalverseClient {
    do {
      return try await FinalverseClient.connect(to: url, options: options)
    } catch let failed as RequestFailed where failed.code == "bad_token" {
      try await Task.sleep(for: .seconds(1))
      return try await FinalverseClient.connect(to: url, options: options)
    }
  }
}
