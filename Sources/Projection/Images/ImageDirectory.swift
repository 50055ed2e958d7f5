internal import EventLog
internal import Glibc

/// The directory that images are in.
///
/// Each version of a projection has a file of its own, so that a program of one version finds its
/// image whatever another has made beside it.
struct ImageDirectory: Sendable {
  static let suffix = ".image"
  /// An image on its way to replace one: written whole under this name, then renamed.
  static let draftSuffix = ".image.new"
  /// Between a projection's name and its version, which the first version's file does without.
  private static let versionMark = "-v"

  private let directory: LogDirectory

  /// Makes the directory if it is missing, and resolves links, so that one file has one name in this
  /// process.
  ///
  /// - Throws: ``ImageFault``
  init(creating path: String) throws(ImageFault) {
    do throws(LogFault) {
      try LogDirectory(path: path).create()
      directory = try LogDirectory(path: path).resolved()
    } catch {
      throw ImageFault(wrapping: error, file: path)
    }
  }

  /// Names a directory that exists.
  ///
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/missing``.
  init(existing path: String) throws(ImageFault) {
    do throws(LogFault) {
      directory = try LogDirectory(path: path).resolved()
    } catch {
      throw ImageFault(
        code: .missing, message: "There is no directory of images at \(path). Check the path.",
        file: path, cause: error)
    }
  }

  /// The path without links.
  var path: String { directory.path }

  func file(_ projection: String, version: UInt32) -> String {
    directory.path + "/" + Self.stem(projection, version) + Self.suffix
  }

  func draftFile(_ projection: String, version: UInt32) -> String {
    directory.path + "/" + Self.stem(projection, version) + Self.draftSuffix
  }

  private static func stem(_ projection: String, _ version: UInt32) -> String {
    version == 1 ? projection : projection + versionMark + String(version)
  }

  /// The projections that have an image, in alphabetical order, each with the versions that it has
  /// one of, ascending.
  func images() throws(ImageFault) -> [(projection: String, versions: [UInt32])] {
    let names: [String]
    do throws(LogFault) {
      names = try directory.names()
    } catch {
      throw ImageFault(wrapping: error, file: directory.path)
    }
    var versions: [String: [UInt32]] = [:]
    for name in names where name.hasSuffix(Self.suffix) {
      let stem = name.dropLast(Self.suffix.count)
      guard let mark = stem.ranges(of: Self.versionMark).last,
        let version = UInt32(stem[mark.upperBound...]), version > 1
      else {
        versions[String(stem), default: []].append(1)
        continue
      }
      versions[String(stem[..<mark.lowerBound]), default: []].append(version)
    }
    return versions.map { ($0.key, $0.value.sorted()) }.sorted { $0.projection < $1.projection }
  }

  /// Removes an image, or a draft of one, with its lock file.
  ///
  /// Nobody in this process has it open.
  func remove(_ file: String) throws(ImageFault) {
    try unlinkIfThere(file + "-lock")
    try unlinkIfThere(file)
  }

  /// Puts the draft of an image in an image's place, durably.
  ///
  /// Nobody in this process has either open, and both are on one file system.
  ///
  /// The lock file goes too, since it tells how far the image that is replaced had come: whoever opens
  /// the new one makes another, and whoever reads the old one goes on with both old files. It goes
  /// first and last, so that a crash in between leaves none.
  ///
  /// A server that makes an image of that name between the look and the rename goes on with a file
  /// that has no name any more; its next start folds on from the draft. So nothing is lost then either.
  ///
  /// - Returns: false, and both files left as they are, when there is an image that is not to be
  ///   replaced.
  func adopt(_ draft: String, as file: String, replacing: Bool) throws(ImageFault) -> Bool {
    guard replacing || !Self.exists(file) else { return false }
    try unlinkIfThere(draft + "-lock")
    try unlinkIfThere(file + "-lock")
    guard unsafe rename(draft, file) == 0 else { throw .system("rename", file: draft) }
    try unlinkIfThere(file + "-lock")
    try synchronize()
    return true
  }

  private func synchronize() throws(ImageFault) {
    do throws(LogFault) {
      try directory.synchronize()
    } catch {
      throw ImageFault(wrapping: error, file: path)
    }
  }

  private func unlinkIfThere(_ path: String) throws(ImageFault) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .system("unlink", file: path) }
  }

  static func exists(_ file: String) -> Bool {
    unsafe access(file, F_OK) == 0
  }
}

extension ImageFault {
  /// A call of the operating system failed; reads `errno`.
  static func system(_ operation: String, file: String) -> ImageFault {
    let code = errno
    let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "unknown error"
    return ImageFault(
      code: code == ENOSPC || code == EDQUOT ? .diskFull : .inputOutput,
      message: "\(operation) failed: \(reason). Check the disk and the file's permissions.",
      file: file, nativeCode: code)
  }
}
