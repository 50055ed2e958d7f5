/// What happened to an image while the server ran.
public enum ImageReport: Sendable {
  /// There is no room for the image: it stays at its checkpoint, and is tried again with every new
  /// changes. Reported once, until it is well again or fails for another reason.
  case behind(ImageFault)

  /// The image is well again, and has all that it lacked.
  case recovered(projection: String)

  /// The image cannot be written any more until the next start, which folds what it lacks from the
  /// log.
  case givenUp(ImageFault)
}

/// How an image is doing.
public struct ImageStatus: Sendable {
  /// The projection's name.
  public let projection: String

  /// The image's file.
  public let file: String

  /// The newest checkpoint that was written; nil when none ever was.
  public let checkpoint: Checkpoint?

  /// Why the last write failed; nil when it did not.
  public let fault: ImageFault?

  /// Whether the image is left alone until the next start.
  public let isGivenUp: Bool

  /// How many changed rows wait in memory for the image to be well again.
  public let owedCount: Int
}
