package import NIOCore
import NIOSSL

/// Whose word a client takes for who a server is, at `wss://` addresses.
///
/// A server shows a certificate with its name; it is believed when one of these authorities has
/// signed it, it is valid now, and the name is that of the address. Making one reads files, so many
/// clients share one.
public struct TrustedAuthorities: Sendable {
  private static let ofMachine = Result<Self, ClientFault> { () throws(ClientFault) in
    try Self(roots: .default, "the authorities that this machine trusts cannot be read")
  }

  private let context: NIOSSLContext

  /// Those that this machine trusts: its administrator's choice.
  ///
  /// - Throws: `ClientFault` `untrusted` when it has none that can be read.
  public static func system() throws(ClientFault) -> Self { try ofMachine.get() }

  /// Those whose certificates are in a PEM file, and no others.
  ///
  /// - Throws: `ClientFault` `untrusted` when the file cannot be read, or has none.
  public init(file: String) throws(ClientFault) {
    guard let certificates = try? NIOSSLCertificate.fromPEMFile(file), !certificates.isEmpty else {
      throw ClientFault(.untrusted, "\(file) cannot be read, or has no certificate in PEM")
    }
    try self.init(roots: .certificates(certificates), "the authorities in \(file) cannot be used")
  }

  private init(roots: NIOSSLTrustRoots, _ fault: String) throws(ClientFault) {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    configuration.trustRoots = roots
    do {
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      throw ClientFault(.untrusted, "\(fault): \(error)")
    }
  }

  /// Secures a connection that is being set up, before anything else is added to it.
  ///
  /// - Parameters:
  ///   - host: The server's name or number, as the address has it.
  ///   - onFault: Called on the connection's event loop when there is no secure connection to be had.
  /// - Throws: `ClientFault` when the host can be no server's name.
  package func secure(
    _ channel: any Channel, to host: String, onFault: @escaping @Sendable (ClientFault) -> Void
  ) throws {
    let isNumber = (try? SocketAddress(ipAddress: host, port: 0)) != nil
    let handler: NIOSSLClientHandler
    do {
      handler = try NIOSSLClientHandler(
        context: context, serverHostname: isNumber ? nil : host)
    } catch {
      throw ClientFault(.badAddress, "“\(host)” can be no name in a certificate")
    }
    try channel.pipeline.syncOperations.addHandlers(
      handler, SecurityFaults(host: host, onFault: onFault))
  }
}

/// Tells why a connection is not secure.
private final class SecurityFaults: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let host: String
  private let onFault: @Sendable (ClientFault) -> Void

  init(host: String, onFault: @escaping @Sendable (ClientFault) -> Void) {
    self.host = host
    self.onFault = onFault
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let fault = fault(error) { onFault(fault) }
    context.fireErrorCaught(error)
  }

  private func fault(_ error: any Error) -> ClientFault? {
    switch error {
    case let error as NIOSSLExtraError where error == .failedToValidateHostname:
      ClientFault(.untrusted, "\(host) shows a certificate of another name")
    case NIOSSLError.unableToValidateCertificate, NIOSSLError.noCertificateToValidate:
      ClientFault(.untrusted, "\(host) shows no certificate that can be checked")
    case NIOSSLError.handshakeFailed(let cause):
      if "\(cause)".contains("CERTIFICATE_VERIFY_FAILED") {
        ClientFault(
          .untrusted,
          "\(host) shows a certificate that has expired, or that no trusted authority has signed")
      } else {
        ClientFault(.notAServer, "\(host) does not speak TLS there: \(cause)")
      }
    default: nil
    }
  }
}
