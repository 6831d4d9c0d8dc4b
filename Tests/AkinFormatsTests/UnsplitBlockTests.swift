import TestSupport
import Testing

@testable import AkinFormats

/// Blocks that are split after the next was read, against blocks that are split as they are read.
@Suite struct UnsplitBlockTests {
  private struct Found: Equatable {
    var records: [String] = []
    var problems: [String] = []
    var counts: [UInt64] = []
  }

  private func read(_ path: String, blockSize: Int, unsplit: Bool, trims: Bool = false) throws -> Found {
    var options = DelimitedOptions(blockSize: blockSize, recordLimit: 400)
    options.trimsBlanks = trims
    let reader = try DelimitedReader(path: path, options: options)
    var blocks: [RecordBlock] = []
    while true {
      var block = RecordBlock()
      guard unsplit ? try reader.nextUnsplit(into: &block) : try reader.nextBlock(into: &block) else { break }
      blocks.append(block)
    }
    var found = Found()
    for number in blocks.indices.reversed() {
      blocks[number].split()
      reader.count(blocks[number])
    }
    for block in blocks {
      for record in 0..<block.count {
        found.records.append(
          "\(block.line(record)) " + (0..<block.columnCount).map { block.text(record, $0) }.joined(separator: "|"))
      }
      found.problems += block.problems.map { $0.message(path: "f") + " " + block.excerpt(of: $0) }
    }
    found.counts = [reader.recordCount, reader.problemCount, reader.blankLineCount]
    return found
  }

  @Test(arguments: UInt64(0)..<60)
  func `records, problems, lines and counts are the same`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let lines = [
      "u1,i2,3", "u22,i4,4.5", "", "\"a,b\",i1,2", "u1,\"two\nlines\",1", "short,line", "u3,\"open,1", "é,ü,7",
      "u4,i5,6\r", "\r", String(repeating: "long", count: 150) + ",i,1", "a,b,c,d", "\"x\"y,1,2",
    ]
    // Some files have no quote, others many.
    let kinds = Bool.random(using: &random) ? lines.filter { !$0.contains("\"") } : lines
    var text = Bool.random(using: &random) ? "\n\r\n" : ""
    text += "user,item,rating\n"
    for _ in 0..<Int.random(in: 1...200, using: &random) {
      text += kinds[Int.random(in: 0..<kinds.count, using: &random)] + "\n"
    }
    if Bool.random(using: &random) { text.removeLast() }
    let folder = TemporaryFolder()
    let path = folder.write(text, to: "f.csv")
    for blockSize in [17, 300, 1 << 18] {
      let expected = try read(path, blockSize: blockSize, unsplit: false)
      #expect(try read(path, blockSize: blockSize, unsplit: true) == expected, "block size \(blockSize)")
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func `trimmed fields are those without blanks at their ends`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let blanks = ["", "", " ", "\t ", "   "]
    func pad(_ text: String) -> String {
      blanks.randomElement(using: &random)! + text + blanks.randomElement(using: &random)!
    }
    var (padded, plain) = ("user,item\n", "user,item\n")
    for _ in 0..<Int.random(in: 1...200, using: &random) {
      let fields = (0..<2).map { _ in ["", "a b", "é", "x"].randomElement(using: &random)! }
      plain += fields.joined(separator: ",") + "\n"
      // A field in quotes loses the blanks within them; what stands before a quote would make it a plain character.
      let isQuoted = Int.random(in: 0..<5, using: &random) == 0
      padded += fields.map { isQuoted ? "\"\(pad($0))\"" : pad($0) }.joined(separator: ",") + "\n"
    }
    let folder = TemporaryFolder()
    let expected = try read(folder.write(plain, to: "plain.csv"), blockSize: 1 << 18, unsplit: false)
    let path = folder.write(padded, to: "padded.csv")
    for (blockSize, unsplit) in [(17, false), (300, true), (1 << 18, true)] {
      #expect(try read(path, blockSize: blockSize, unsplit: unsplit, trims: true) == expected)
    }
  }

  @Test func `blank lines alone are no record`() throws {
    let folder = TemporaryFolder()
    let path = folder.write("user,item\n\n\r\n\n", to: "f.csv")
    let reader = try DelimitedReader(path: path)
    var block = RecordBlock()
    #expect(throws: FormatError.headerOnly(path: path, columns: ["user", "item"])) {
      while try reader.nextUnsplit(into: &block) {}
    }
  }
}
