/// Each decoder that reads bytes from outside, with what must hold whatever the bytes.
///
/// None may trap, run away or take more memory than its bounds say, and what two ways of reading make of
/// the same bytes must be the same. Where this does not hold, the process ends: under libFuzzer
/// (`tools/fuzz`), which then keeps the bytes, as in a test.
public enum Decoder: String, CaseIterable, Sendable {
  /// A client's WebSocket frames, fragments and compressed messages; see ``FrameDecoding``.
  case frames
  /// HTTP up to the WebSocket handshake.
  case handshake
  /// Client messages of the binary subprotocol.
  case binaryMessages = "binary-messages"
  /// Client messages of the JSON subprotocol.
  case textMessages = "text-messages"
  /// An entry of the log.
  case entry
  /// A replay file; see ``FileDecoding``.
  case replayFile = "replay-file"
  /// An archive of the log; see ``FileDecoding``.
  case archive
  /// What a block of an archive holds, decompressed.
  case archiveBlock = "archive-block"
  /// A Standard MIDI File; see ``MIDIDecoding``.
  case midi

  /// Decodes bytes, and checks what must hold of that.
  public func decode(_ bytes: [UInt8]) {
    switch self {
    case .frames: FrameDecoding.decode(bytes)
    case .handshake: HandshakeDecoding.decode(bytes)
    case .binaryMessages: MessageDecoding.decodeBinary(bytes)
    case .textMessages: MessageDecoding.decodeText(bytes)
    case .entry: EntryDecoding.decode(bytes)
    case .replayFile: FileDecoding.decodeReplayFile(bytes)
    case .archive: FileDecoding.decodeArchive(bytes)
    case .archiveBlock: EntryDecoding.decodeBlock(bytes)
    case .midi: MIDIDecoding.decode(bytes)
    }
  }
}
