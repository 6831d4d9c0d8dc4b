import Foundation
import TestSupport
import Testing

/// One table of bad input over all commands: none crashes, each says what is wrong, and nothing is written.
@Suite struct BadInputTests {
  let folder = TemporaryFolder()

  /// Every command that reads a graph, which stands for `G`; where it writes, it writes to `out…`.
  static let commands = [
    "related G E1", "related G --all -o out.csv", "recommend G --user Zoe", "recommend G --all -o out.csv",
    "explain G --from E1 --to E3", "explain G --from E1 --not E3", "rank G", "rank G --from E1 --to E3",
    "draw G E1 -o out.svg", "info G", "verify G", "export G -o out.csv", "filter G -o out.akin --core 2",
    "append G new.csv --source woman --target event", "append G --remove-node E1", "compact G",
    "train G --method cosine -o out.cosine", "refresh G women.cosine", "evaluate G --methods popular",
    "tune G --method rp3beta --trials 1 -o out.json", "walks G -o out.txt", "neighborhoods G E1",
    "neighborhoods G --all -o out.npz", "related women.akin E1 --model G",
  ]

  /// Every command that reads another file, which stands for `F`.
  static let readers = [
    "import F -o out.akin", "import women.csv --labels F -o out.akin --source woman --target event",
    "append women.akin F --source woman --target event", "append women.akin F --remove",
    "related women.akin E1 --only F", "related women.akin E1 --except F", "related women.akin E1 --params F",
    "related women.akin E1 --embeddings F", "neighbors F --query x", "score --lists F --test women.csv",
    "score --lists women.csv --test F", "compare F women.csv", "compare women.csv F",
    "evaluate --train F --test women.csv --methods popular", "evaluate women.akin --methods popular --params F",
  ]

  init() throws {
    let women = projectFolder + "/graphs/southern-women/attendance.csv"
    folder.write(bytes(of: women), to: "women.csv")
    folder.write("woman,event\nZoe,E1\n", to: "new.csv")
    for command in [
      "import women.csv -o women.akin --source woman --target event --quiet",
      "train women.akin --method cosine -o women.cosine --quiet",
    ] {
      let result = try run(command)
      #expect(result.status == 0, "\(result.error)")
    }
    let sound = bytes(of: folder.file("women.akin"))
    folder.write([UInt8](), to: "empty")
    folder.write("woman,event\nZoe,E1\n", to: "text")
    folder.write(Array(sound[..<(sound.count / 2)]), to: "half")
    folder.write(Array(sound[..<100]), to: "stub")
    folder.write([UInt8](repeating: 0, count: 8192), to: "zeros")
    try FileManager.default.createDirectory(atPath: folder.file("folder"), withIntermediateDirectories: false)
    for (name, position) in [("magic", 0), ("version", 9), ("table", 140), ("schema", 4100)] {
      var changed = sound
      changed[position] ^= 0xFF
      folder.write(changed, to: name)
    }
  }

  private func run(_ command: String, _ file: String = "women.akin") throws -> CommandResult {
    let words = command.split(separator: " ").map { $0 == "G" || $0 == "F" ? file : String($0) }
    return try TestSupport.command(akinPath, words, in: folder.path)
  }

  /// Ended by itself, refused with a reason that names the file, and left everything as it was.
  private func expectRefusal(_ command: String, of file: String, before: [String]) throws {
    let result = try run(command, file)
    #expect(result.status == 1 || result.status == 2, "\(command) with \(file): \(result)")
    #expect(result.error.contains(file), "\(command) with \(file): \(result.error)")
    #expect(!result.output.contains("sound"), "\(command) with \(file)")
    // A lock of an append may stay: it holds nothing.
    #expect(folder.names().filter { !$0.hasSuffix(".lock") } == before, "\(command) with \(file)")
  }

  @Test(arguments: commands)
  func `a graph that is none is refused`(command: String) throws {
    let before = folder.names()
    for file in ["missing", "folder", "text", "half", "table"] {
      try expectRefusal(command, of: file, before: before)
    }
    // A model of other numbers is a container too, but no graph.
    if !command.contains("--model") { try expectRefusal(command, of: "women.als", before: try withFactors(before)) }
  }

  /// How a file is damaged does not depend on who opens it: one command stands for those above.
  @Test func `a graph that is damaged in any part of its head is refused`() throws {
    let before = folder.names()
    for file in ["empty", "stub", "zeros", "magic", "version", "schema"] {
      for command in ["related G E1", "verify G"] { try expectRefusal(command, of: file, before: before) }
    }
  }

  private func withFactors(_ names: [String]) throws -> [String] {
    let trained = try run("train women.akin --method als --set size=2 -o women.als --quiet")
    #expect(trained.status == 0, "\(trained.error)")
    return (names + ["women.als"]).sorted()
  }

  @Test(arguments: readers)
  func `a file that cannot be what it should is refused`(command: String) throws {
    let before = folder.names()
    folder.write(Array("a,b\n\"never closed,1\n".utf8), to: "quote")
    folder.write([0xFF, 0xFE, 0x00, 0x41, 0x0A, 0xC3, 0x28, 0x2C, 0x0A], to: "binary")
    let all = folder.names()
    for file in ["missing", "folder", "empty", "binary", "quote"] {
      try expectRefusal(command, of: file, before: all)
    }
    #expect(all.count == before.count + 2)
  }

  /// Bytes of the data themselves: checksums are not verified at opening, so an answer may come, but nothing worse.
  @Test func `damaged data ends in an answer or an error`() throws {
    let sound = bytes(of: folder.file("women.akin"))
    var random = SplitMix64(seed: 4)
    for _ in 0..<12 {
      var damaged = sound
      for _ in 0..<20 {
        damaged[Int.random(in: 4096..<sound.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      folder.write(damaged, to: "damaged")
      for command in ["related G E1", "recommend G --user Zoe", "rank G", "info G", "evaluate G --methods cosine"] {
        let result = try run(command, "damaged")
        #expect((0...2).contains(result.status), "\(command): \(result)")
        #expect(result.status == 0 || !result.error.isEmpty, "\(command)")
      }
    }
  }

  static let writers =
    commands.filter { $0.contains(" out") } + ["import women.csv -o out.akin --source woman --target event"]

  @Test(arguments: writers)
  func `what cannot be written is refused, and input is not written over`(command: String) throws {
    let sound = bytes(of: folder.file("women.akin"))
    let words = command.split(separator: " ")
    let output = words.first { $0.hasPrefix("out.") }!
    let end = output.dropFirst(4)
    try FileManager.default.createDirectory(atPath: folder.file("taken.\(end)"), withIntermediateDirectories: false)
    let before = folder.names()
    for path in ["nowhere/out.\(end)", "taken.\(end)"] {
      let result = try run(command.replacing(output, with: path))
      #expect(result.status == 1 || result.status == 2, "\(command) to \(path): \(result)")
      #expect(result.error.contains(path), "\(command) to \(path): \(result.error)")
    }
    folder.write(sound, to: "graph.\(end)")
    let over = try run(command.replacing(output, with: "graph.\(end)"), "graph.\(end)")
    if !command.hasPrefix("import") {
      #expect(over.status == 1 || over.status == 2, "\(command) over its input: \(over)")
      #expect(bytes(of: folder.file("graph.\(end)")) == sound, "\(command)")
    }
    #expect(folder.names().filter { !$0.hasSuffix(".lock") && !$0.hasPrefix("graph.") } == before, "\(command)")
  }

  @Test func `what is skipped is said even by a quiet import`() throws {
    folder.write("user,item,rating\nann,tea,5\nann,jam,much\nbob,tea\n", to: "dirty.csv")
    let result = try run("import dirty.csv -o dirty.akin --skip-bad 2 --quiet")
    #expect(result.status == 0 && result.output.isEmpty)
    #expect(result.error.hasPrefix("warning: dirty.csv: skipped 2 records:\n"), "\(result.error)")
    #expect(result.error.contains("dirty.csv:4: 2 fields, expected 3"), "\(result.error)")
  }

  /// Numbers outside their range, options that are not there, values that are missing.
  @Test(arguments: [
    "related women.akin E1 -k 0", "related women.akin E1 -k x", "related women.akin E1 --threads 0",
    "related women.akin E1 --method none", "related women.akin E1 --set steps=0", "related women.akin E1 --set steps",
    "related women.akin E1 --set nothing=1", "related women.akin E1 --seed -1", "related women.akin E1 --json --csv",
    "related women.akin E1 --where x", "related women.akin E1 --cap x=0", "related women.akin E1 --along none",
    "related women.akin", "recommend women.akin", "explain women.akin --from E1", "rank women.akin --damping 2",
    "draw women.akin E1 -o x.bmp", "draw women.akin E1 -o x.svg --limit 1", "export women.akin -o x --format none",
    "filter women.akin -o x.akin --core 0", "train women.akin --method pixie -o x",
    "evaluate women.akin --methods none",
    "evaluate women.akin --methods popular --metrics none", "evaluate women.akin --methods popular --split none",
    "tune women.akin --method popular -o x", "walks women.akin -o x.txt --length 0",
    "neighborhoods women.akin E1 -k 0", "import women.csv -o x.akin --threads none", "import women.csv",
    "neighbors women.csv --query E1 --index none", "compare women.csv women.csv -k 0", "unknown", "related --nonsense",
  ])
  func `wrong usage has status 2 and says what was expected`(command: String) throws {
    let before = folder.names()
    let result = try run(command)
    #expect(result.status == 2, "\(command): \(result)")
    #expect(!result.error.isEmpty && result.output.isEmpty, "\(command): \(result)")
    #expect(folder.names() == before, "\(command)")
  }
}
