/// What kept the client from dealing with the server.
///
/// A fault is about the dealings themselves: an address, a connection, a broken promise of the
/// protocol. What the server says about a request is a ``CommandRejected`` or a ``RequestFailed``.
public struct ClientFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for a kind of fault, in snake case.
  ///
  /// The list is open: when the server says goodbye, the code is the one that the server gave.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name.
    public let rawValue: String

    /// Makes a code of a name, known or not.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// The address is not one of a server.
    public static let badAddress = Code(rawValue: "bad_address")
    /// There is no connection to be had: nobody listens, or the network does not reach there.
    public static let unreachable = Code(rawValue: "unreachable")
    /// Something answers at the address, and does not speak Finalverse's protocol.
    public static let notAServer = Code(rawValue: "not_a_server")
    /// The server has not proved to be the one of the address, or there is nobody to trust.
    public static let untrusted = Code(rawValue: "untrusted")
    /// The server took too long to accept the connection, or to welcome.
    public static let timedOut = Code(rawValue: "timed_out")
    /// The connection broke or fell silent.
    ///
    /// Whether requests without reply took effect is not known.
    public static let connectionLost = Code(rawValue: "connection_lost")
    /// This side closed the connection.
    public static let closed = Code(rawValue: "closed")
    /// The server sent what the protocol does not allow.
    public static let protocolViolation = Code(rawValue: "protocol_violation")
    /// The message is larger than the server takes.
    public static let tooLarge = Code(rawValue: "too_large")
    /// The client would watch more topics than one request can name.
    public static let tooManyTopics = Code(rawValue: "too_many_topics")
  }

  /// What kind of fault.
  public let code: Code
  /// A sentence, for people.
  public let message: String

  /// Describes a fault.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The sentence and the code.
  public var description: String { "\(message) (\(code.rawValue))" }
}

/// The world's refusal of a command, a question or a wish to watch.
///
/// The world is as it was.
public struct CommandRejected: Error, Hashable, Sendable, CustomStringConvertible {
  /// Why, as a stable code in snake case.
  public let code: String
  /// Why, as a sentence.
  public let message: String
  /// The command's fields at fault, as paths in snake case.
  public let fields: [String]

  /// Describes a refusal.
  public init(code: String, message: String, fields: [String] = []) {
    self.code = code
    self.message = message
    self.fields = fields
  }

  /// The sentence, the code and the fields.
  public var description: String {
    let place = fields.isEmpty ? "" : ", at \(fields.joined(separator: ", "))"
    return "\(message) (\(code)\(place))"
  }
}

/// The server's word that it could not deal with a request at all.
public struct RequestFailed: Error, Hashable, Sendable, CustomStringConvertible {
  /// Why, as a stable code in snake case.
  public let code: String
  /// Why, as a sentence.
  public let message: String
  /// How long to wait before trying again; nil when waiting does not help.
  public let retryAfter: Duration?

  /// Describes a failure.
  public init(code: String, message: String, retryAfter: Duration? = nil) {
    self.code = code
    self.message = message
    self.retryAfter = retryAfter
  }

  /// The sentence and the code.
  public var description: String { "\(message) (\(code))" }
}
