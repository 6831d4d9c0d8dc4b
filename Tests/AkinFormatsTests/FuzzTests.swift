import AkinGraph
import AkinParallel
import Foundation
import TestSupport
import Testing

@testable import AkinFormats

/// Seeded mutations of small files of every format: readers must reject or read them, never crash, hang or pass
/// text that is none. `FuzzPlan` says how far it goes.
@Suite struct FuzzTests {
  static let corpus: [(InputFormat?, String)] = [
    (nil, "user,item,rating,timestamp\na,\"x \"\"y\"\"\",4.5,978300760\nb,é,1,978300761\r\n\n\"c\nd\",z,2,0\n"),
    (nil, "user\titem\n1\t2\n"), (nil, "0 1 2 3\n1 4\n2\n"), (nil, "1::1193::5::978300760\n1::661::3::978302109\n"),
    (nil, "196\t242\t3\t881250949\n186\t302\t3\t891717742\n"), (nil, "# c\n0\t1\n0\t2\n"),
    (nil, "%%MatrixMarket matrix coordinate real symmetric\n% c\n3 3 2\n2 1 1.5\n3 3 2\n"), (.ncol, "a b 1\nb c 2.5\n"),
    (nil, "{\"user\": \"a\\u00e9\", \"item\": [1, \"x\"], \"o\": {\"p\": 1e3, \"q\": null}}\n{\"user\": true}\n"),
    (nil, "user_id:token\titem_id:token\trating:float\nu\ti\t4\n"),
    (
      .graphML,
      "<?xml version='1.0'?><graphml><key id='w' for='edge' attr.name='weight'><default>1</default></key><graph>"
        + "<node id='a&amp;'/><edge source='a' target='b'><data key='w'>2<![CDATA[<]]></data></edge></graph></graphml>"
    ),
  ]
  static let schema = """
    nodes:
      item: {file: f, id: item, attributes: {rating: number, user: {kind: categories, separator: ","}}}
    relations:
      r: {file: [f], source: {type: user, column: user}, target: {type: item, column: item}, weight: log1p(rating * 2), where: rating > 0 and user != 'x'}
    primary: r
    """

  let folder = TemporaryFolder()

  static func mutated(_ bytes: [UInt8], using random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      guard !bytes.isEmpty else { return bytes }
      let position = Int.random(in: 0..<bytes.count, using: &random)
      let length = Int.random(in: 1...min(12, bytes.count - position), using: &random)
      switch Int.random(in: 0..<7, using: &random) {
      case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[position] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes.removeSubrange(position..<position + length)
      case 3: bytes.insert(contentsOf: bytes[position..<position + length], at: position)
      case 4: bytes.removeSubrange(position...)
      case 5:
        let tokens = [
          "\"", "\n", "\r", ",", "\t", "<", ">", "&", "::", "{", "}", "[", "\\u", "99999999999", "-", "nan", "\0",
          "\u{FF}",
        ]
        bytes.insert(contentsOf: tokens[Int.random(in: 0..<tokens.count, using: &random)].utf8, at: position)
      default: bytes += bytes[..<position]
      }
      if bytes.count > 4096 { bytes.removeLast(bytes.count - 4096) }
    }
    return bytes
  }

  func read(_ bytes: [UInt8], _ format: InputFormat?, _ random: inout SplitMix64) {
    var file = InputFile(path: folder.write(bytes, to: "f"))
    file.format = format
    file.delimited.blockSize = Int.random(in: 1...64, using: &random)
    file.readsNodes = format == .graphML && Bool.random(using: &random)
    if Int.random(in: 0..<8, using: &random) == 0 { file.encoding = .latin1 }
    do {
      let reader = try file.open()
      var block = RecordBlock()
      while try reader.nextBlock(into: &block) {
        for record in 0..<block.count {
          for column in reader.columns.indices {
            let field = Array(block.bytes[block.range(record, column)])
            #expect(String(validating: field, as: UTF8.self) != nil && !field.contains(0))
          }
        }
        for problem in block.problems { #expect(!problem.message(path: "f").isEmpty) }
      }
    } catch {
      #expect(!"\(error)".isEmpty)
    }
    var options = ImportOptions()
    options.format = format
    options.skipping = .percent(100)
    if let graph = try? InteractionImport(path: folder.file("f"), options: options).snapshot {
      #expect((try? graph.verify()) == [])
    }
  }

  @Test func `no mutation of a file is more than an error`() {
    let plan = FuzzPlan(rounds: 40)
    var random = SplitMix64(seed: plan.seed)
    for _ in 0..<plan.rounds {
      for (format, text) in Self.corpus { read(Self.mutated(Array(text.utf8), using: &random), format, &random) }
      folder.write("user,item,rating\na,b,1\nc,d,2\n", to: "f")
      let yaml = Self.mutated(Array(Self.schema.utf8), using: &random)
      folder.write(yaml, to: "s.yaml")
      if let schema = try? ImportSchema(path: folder.file("s.yaml")) { _ = try? SchemaImport(schema) }
    }
  }

  @Test func `no mutation of what Akin wrote itself is more than an error`() throws {
    let plan = FuzzPlan(rounds: 60)
    var random = SplitMix64(seed: plan.seed)
    let snapshot = try RandomGraph(seed: 5, duplicates: .count).snapshot
    var originals: [[UInt8]] = []
    for format in [ExportFormat.graphML, .sqlite] {
      let path = folder.file("whole")
      _ = try GraphExport(snapshot).write(format, to: path)
      originals.append(bytes(of: path))
    }
    var readable = 0
    for _ in 0..<plan.rounds {
      for original in originals {
        var changed = original
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let position = Int.random(in: 0..<changed.count, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: changed[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
          case 1: changed[position] = UInt8(ascii: "0") + UInt8.random(in: 0...9, using: &random)
          case 2: changed.removeSubrange(position..<min(changed.count, position + 3))
          default: changed.insert(contentsOf: "99".utf8, at: position)
          }
        }
        let path = folder.write(changed, to: "f")
        guard let exported = try? ExportedGraph(path: path), let (graph, _) = try? exported.read() else { continue }
        readable += 1
        #expect((try? graph.verify()) == [])
      }
    }
    #expect(readable > 0)
  }
}
