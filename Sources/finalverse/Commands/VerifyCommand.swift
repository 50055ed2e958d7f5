import ArgumentParser

/// `finalverse verify`: proves a world sound.
struct VerifyCommand: BesideServer {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every byte of the log, what it comes to, and the images.",
    discussion: """
      The log: lengths, checksums, positions without a gap, times, epochs, and the chain of hashes. What it comes to: all entries are folded, \
      and every rule of the world must hold, the conservation of coins and items among them. The images: each must be what the log says. \
      It may run beside a server. Ends with exit code 65, and the file and the first position concerned, if anything is wrong.

      Example:
        finalverse verify --data /srv/world
      """)

  @OptionGroup var data: DataOptions

  @Flag(help: "One JSON object.")
  var json = false

  func run() throws {
    let report = try Verification(data: data.directory).run()
    if json {
      print(report.json.text)
    } else if !report.text.isEmpty {
      print(report.text)
    }
    if !report.isSound {
      throw Failure(.damaged, report.findings.map(\.message).joined(separator: "\nfinalverse: "))
    }
  }
}
