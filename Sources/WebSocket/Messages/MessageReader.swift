/// What is put up with from a client's messages.
package struct MessageLimits: Sendable {
  /// Bytes of a message, all its frames together, as they come and decompressed; 125 and up.
  package var bytesMax: Int
  /// Frames of one message; 1 and up.
  package var fragmentsMax: Int

  /// The limits given.
  package init(bytesMax: Int, fragmentsMax: Int) {
    self.bytesMax = bytesMax
    self.fragmentsMax = fragmentsMax
  }
}

/// Puts a client's messages together from bytes as they come: frames, fragments, compression, UTF-8.
///
/// A message that lies in one frame, which has come whole, goes straight to the workspace. Of any
/// other, what has come is kept here, unmasked, until the rest comes: memory is taken for bytes that
/// are there, never for those that were announced. A text that is not UTF-8 is refused at its first
/// wrong byte, whole or not; one that is compressed, once it is complete.
package struct MessageReader {
  /// What has come.
  package enum Event: Equatable, Sendable {
    /// A whole message: text, which is UTF-8, or bytes.
    case message(FrameOpcode)
    /// A ping.
    case ping
    /// A pong.
    case pong
    /// A close frame, whose payload is empty or as ``CloseFrame`` has it.
    case close
    /// Part of a message whose rest has not come.
    case part
  }

  /// What the bytes in front came to.
  package struct Step: Equatable, Sendable {
    /// What has come.
    package let event: Event
    /// The bytes of its payload, which is at the front of the workspace.
    package let payloadCount: Int
    /// How many bytes were read; 1 and up.
    package let byteCount: Int
  }

  /// A message of which something has come.
  private struct Unfinished {
    let opcode: FrameOpcode
    let isCompressed: Bool
    var bytes: [UInt8] = []
    var fragments = 0
    var text = UTF8Check()
    // The frame that has come last.
    var isFinal = false
    var mask: FrameMask
    var frameCount = 0
    var frameDone = 0

    var isWithinFrame: Bool { frameDone < frameCount }
    var isComplete: Bool { isFinal && !isWithinFrame }
  }

  private let limits: MessageLimits
  private let allowsCompression: Bool
  private var unfinished: Unfinished?

  /// The reader of one connection.
  ///
  /// - Parameters:
  ///   - limits: What is put up with.
  ///   - compression: What was negotiated; nil for no compression.
  package init(limits: MessageLimits, compression: Compression?) {
    self.limits = limits
    allowsCompression = compression != nil
  }

  /// Reads from the front of bytes that have come and were not read; nil when more of them are
  /// needed.
  ///
  /// - Throws: ``FrameFault``, as soon as the bytes at hand show it; then nothing more can be read.
  /// - Complexity: O(*n*) in the bytes read, and in what the message decompresses to up to the limit.
  package mutating func next(
    _ bytes: RawSpan, _ workspace: MessageWorkspace
  ) throws(FrameFault) -> Step? {
    if unfinished?.isWithinFrame == true {
      guard bytes.byteCount > 0 else { return nil }
      return try goOn(bytes, from: 0, workspace)
    }
    let payloadMax = max(125, limits.bytesMax)
    guard
      let header = try FrameHeader(
        bytes, payloadMax: payloadMax, allowsCompression: allowsCompression)
    else { return nil }
    if header.opcode.isControl { return try control(header, bytes, workspace) }
    guard (header.opcode == .continuation) == (unfinished != nil) else { throw .fragmentOutOfOrder }
    guard unfinished == nil, header.isFinal, bytes.byteCount >= header.frameCount else {
      try begin(header)
      return try goOn(bytes, from: header.headerCount, workspace)
    }
    guard header.payloadCount <= limits.bytesMax else { throw .tooLarge }
    header.unmask(bytes, into: &workspace.bytes, at: 0)
    var count = header.payloadCount
    if header.isCompressed {
      count = try workspace.inflate(count: count, bytesMax: limits.bytesMax)
    }
    if header.opcode == .text, !workspace.isUTF8(count: count) { throw .notUTF8 }
    return Step(
      event: .message(header.opcode), payloadCount: count, byteCount: header.frameCount)
  }

  private func control(
    _ header: FrameHeader, _ bytes: RawSpan, _ workspace: MessageWorkspace
  ) throws(FrameFault) -> Step? {
    guard bytes.byteCount >= header.frameCount else { return nil }
    header.unmask(bytes, into: &workspace.bytes, at: 0)
    let event: Event
    switch header.opcode {
    case .ping: event = .ping
    case .pong: event = .pong
    default:
      guard CloseFrame.isValid(workspace.bytes[..<header.payloadCount]) else { throw .badClose }
      event = .close
    }
    return Step(event: event, payloadCount: header.payloadCount, byteCount: header.frameCount)
  }

  /// Begins a frame of a message that does not lie in one that is there.
  private mutating func begin(_ header: FrameHeader) throws(FrameFault) {
    var message =
      unfinished.take()
      ?? Unfinished(opcode: header.opcode, isCompressed: header.isCompressed, mask: header.mask)
    guard header.payloadCount <= limits.bytesMax - message.bytes.count else { throw .tooLarge }
    message.fragments += 1
    guard message.fragments <= limits.fragmentsMax else { throw .tooManyFragments }
    message.isFinal = header.isFinal
    message.mask = header.mask
    message.frameCount = header.payloadCount
    message.frameDone = 0
    unfinished = message
  }

  /// Takes what has come of the frame at hand, and ends the message if that was the rest.
  private mutating func goOn(
    _ bytes: RawSpan, from start: Int, _ workspace: MessageWorkspace
  ) throws(FrameFault) -> Step {
    guard var message = unfinished.take() else { throw .fragmentOutOfOrder }
    let count = min(bytes.byteCount - start, message.frameCount - message.frameDone)
    let part = bytes.extracting(start..<start + count)
    let end = message.bytes.count
    // Room for them, in one copy.
    unsafe part.withUnsafeBytes { unsafe message.bytes.append(contentsOf: $0) }
    message.mask.unmask(
      part, alreadyDone: message.frameDone, into: &message.bytes, at: end)
    message.frameDone += count
    if message.opcode == .text, !message.isCompressed {
      let come = message.bytes
      guard
        message.text.take(unsafe come.span.bytes.extracting(end..<end + count)),
        message.text.isComplete || !message.isComplete
      else { throw .notUTF8 }
    }
    guard message.isComplete else {
      unfinished = message
      return Step(event: .part, payloadCount: 0, byteCount: start + count)
    }
    workspace.hold(message.bytes)
    var payloadCount = message.bytes.count
    if message.isCompressed {
      payloadCount = try workspace.inflate(count: payloadCount, bytesMax: limits.bytesMax)
      if message.opcode == .text, !workspace.isUTF8(count: payloadCount) { throw .notUTF8 }
    }
    return Step(
      event: .message(message.opcode), payloadCount: payloadCount, byteCount: start + count)
  }
}
