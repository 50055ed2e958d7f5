import ArgumentParser
import Foundation
import Schema
import SwiftProtobuf
import World

/// `finalverse melody`: melodies as Standard MIDI Files.
struct MelodyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "melody",
    abstract: "Write melodies to MIDI files, and read them from there.",
    discussion: """
      A MIDI file can be heard with any player, and changed with any notation program.

      Examples:
        finalverse show melodies 1000
        finalverse melody export 5120 round.mid
        finalverse melody import tune.mid
      """,
    subcommands: [MelodyExportCommand.self, MelodyImportCommand.self])
}

/// `finalverse melody export`: writes a melody to a file.
struct MelodyExportCommand: ParsableCommand, BesideServer {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a melody to a Standard MIDI File, with or without a server beside.",
    discussion: """
      A melody of one voice becomes a file of format 0, one of several of format 1 with a track for each. A file of that name is replaced.

      Examples:
        finalverse melody export 5120 round.mid
        finalverse melody export 5120 round.mid --at 10m
      """)

  @Argument(help: ArgumentHelp("The melody's number.", valueName: "ID"))
  var melody: UInt64

  @Argument(help: ArgumentHelp("The file to write.", valueName: "FILE.mid"))
  var file: String

  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "As of this position, or of this time; by default now.", valueName: "POSITION|TIME"))
  var at: Instant?

  func run() throws {
    let past = try PastWorld(
      at: at, of: data.directory, members: [.regions, .players, .melodies])
    let row = try past.fold.world.melody(called: String(melody), at: past.position)
    let bytes = StandardMIDIFile.write(row.piece)
    try DurableFile.write(Data(bytes), to: file, permissions: 0o644)
    let voices = Figures.count(row.piece.voices.count, "voice", "voices")
    let notes = Figures.count(row.piece.noteCount, "note", "notes")
    print("wrote '\(row.piece.title)', \(voices), \(notes), to \(file)")
  }
}

/// `finalverse melody import`: makes a command of a file.
struct MelodyImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Read a Standard MIDI File, and print the command with which a player composes it.",
    discussion: """
      Formats 0 and 1 are read; each channel of each track is a voice, and a chord as many voices as it has notes, up to 4. Nothing is sent: \
      only a player can compose. docs/melodies.md shows how a client sends what is printed.

      Examples:
        finalverse melody import tune.mid
        finalverse melody import tune.mid --title 'Reed Song'
      """)

  @Argument(help: ArgumentHelp("The file to read.", valueName: "FILE.mid"))
  var file: String

  @Option(help: ArgumentHelp("What it is called; by default as in the file.", valueName: "TITLE"))
  var title: String?

  func run() throws {
    guard let handle = FileHandle(forReadingAtPath: file),
      let data = try? handle.read(upToCount: StandardMIDIFile.bytesMax + 1)
    else { throw Failure(.noData, "cannot read \(file)") }
    var piece: Piece
    do throws(MIDIFault) {
      piece = try StandardMIDIFile.read([UInt8](data))
    } catch {
      throw Failure(.damaged, "cannot make a melody of \(file): \(error)")
    }
    if let title { piece.title = title }
    if let fault = piece.fault(notesMax: StandardMIDIFile.notesMax) {
      throw Failure(.usage, fault.message)
    }
    let command = Command.with { $0.melodies.composeMelody.piece = piece }
    print("{\"command\":\(try command.jsonString())}")
  }
}
