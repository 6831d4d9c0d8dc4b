import Foundation
import TestSupport
import Testing

/// Every public symbol of the library says what a caller cannot see from its name and type.
///
/// Sources are read line by line: the formatter, which is checked too, puts a declaration on a line of its own and
/// indents it by where it belongs.
@Suite struct DocumentationTests {
  @Test func `every public symbol has a comment`() throws {
    var total = 0
    var missing: [String] = []
    let folder = projectFolder + "/Sources"
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    where path.hasPrefix("Akin") && path.hasSuffix(".swift") {
      let symbols = PublicSymbols(of: try String(contentsOfFile: folder + "/" + path, encoding: .utf8))
      total += symbols.count
      missing += symbols.undocumented.map { "Sources/\(path):\($0.line): \($0.text)" }
    }
    #expect(total > 2000, "too few for the whole library: the scan misses some")
    #expect(missing.isEmpty, "\(missing.count) of \(total) without a comment:\n\(missing.joined(separator: "\n"))")
  }

  @Test func `every module has a page`() throws {
    for module in try FileManager.default.contentsOfDirectory(atPath: projectFolder + "/Sources")
    where module.hasPrefix("Akin") {
      let page = projectFolder + "/Sources/\(module)/\(module).docc/\(module).md"
      #expect(exists(page), "\(page) is missing")
      #expect(String(decoding: bytes(of: page), as: UTF8.self).hasPrefix("# ``\(module)``\n"), "\(page): another title")
    }
  }

  @Test(arguments: [
    ("public struct Bare {", ["public struct Bare {"]),
    ("/// Said.\npublic struct Bare {", []),
    ("/// Said.\n@frozen\npublic enum Bare {", []),
    ("/// Said.\n@inlinable public func bare() {}", []),
    ("@inlinable public func bare() {}", ["@inlinable public func bare() {}"]),
    ("// Not said.\npublic typealias Bare = Int", ["public typealias Bare = Int"]),
    ("/// Said.\n\npublic var bare: Int", ["public var bare: Int"]),
    ("public private(set) var bare = 0", ["public private(set) var bare = 0"]),
    ("public static let bare = 0", ["public static let bare = 0"]),
    ("public subscript(bare: Int) -> Int {", ["public subscript(bare: Int) -> Int {"]),
    ("public init(bare: Int) {", ["public init(bare: Int) {"]),
    ("public final class Bare {", ["public final class Bare {"]),
    ("struct Hidden {\n  var bare: Int\n}", []),
    ("public import AkinGraph", []),
    ("let text = \"public var bare\"", []),
  ])
  func `finds what is planted`(text: String, undocumented: [String]) {
    #expect(PublicSymbols(of: text).undocumented.map(\.text) == undocumented)
  }

  @Test func `asks for a comment on each requirement`() {
    let symbols = PublicSymbols(
      of: """
        /// Said.
        public protocol Things {
          /// Said.
          var one: Int { get }
          var two: Int { get }
          mutating func three()
          associatedtype Four
        }

        struct Hidden {
          var five: Int
        }
        """)
    #expect(symbols.undocumented.map(\.line) == [5, 6, 7])
    #expect(symbols.count == 5)
  }

  @Test func `passes over what meets a documented requirement, and over nothing of the same name`() {
    let symbols = PublicSymbols(
      of: """
        /// Said.
        public struct Method: Recommender {
          public var info: MethodInfo { known }
          public func makeSession() -> any RankingSession { Session(self) }
          public static func < (left: Self, right: Self) -> Bool { true }
          public init(from decoder: any Decoder) throws {}
          public init(_ snapshot: Snapshot) {}
        }

        /// Said.
        public struct Other: Sendable {
          public var info: String
          /// Said.
          public struct Inner: Recommender {
            public var info: MethodInfo { known }
          }
          public var name: String
        }
        """)
    #expect(symbols.undocumented.map(\.line) == [7, 12, 17])
  }

  @Test func `passes over requirements that there are`() throws {
    var requirements: [String: Set<String>] = [:]
    let folder = projectFolder + "/Sources"
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder) where path.hasSuffix(".swift") {
      let symbols = PublicSymbols(of: try String(contentsOfFile: folder + "/" + path, encoding: .utf8))
      requirements.merge(symbols.requirements) { $0.union($1) }
    }
    for (name, witnesses) in PublicSymbols.witnesses {
      let unknown = witnesses.subtracting(requirements[name] ?? [])
      #expect(unknown.isEmpty, "\(name) has no such requirements")
    }
  }
}

/// What is public in a source file: declarations, and the requirements of public protocols.
struct PublicSymbols {
  /// What meets a requirement of these needs no comment: the documentation shows that of the requirement.
  static let witnesses: [String: Set<String>] = [
    "CountMeasure": ["isSymmetric", "neighbors", "score"],
    "FoldIn": ["embed", "embeddingSize", "parts"],
    "LayoutRunner": ["place"],
    "NodeSimilarity": ["allNeighbors", "dependence", "hop", "makeWorker", "snapshot"],
    "RankingSession": ["rank", "scores"],
    "Recommender": ["info", "makeSession"], "EmbeddingMethod": ["candidates", "embedding"],
    "RecordReader": ["count", "nextUnsplit"],
    "SimilarityMeasure": [
      "acceptsNegativeValues", "add", "needs", "product", "rows", "score", "share", "value", "weight", "whenBinary",
      "isPlainCosine",
    ],
    "VectorIndex": [
      "add", "contains", "count", "delete", "dimension", "kind", "liveCount", "metric", "neighbors", "scores", "vector",
      "zeroCount",
    ],
  ]
  /// What inherits requirements from another protocol.
  static let parents = [
    "CountMeasure": "SimilarityMeasure", "ExplainingSession": "RankingSession", "TrainedRecommender": "Recommender",
    "EmbeddingMethod": "Recommender",
  ]
  /// Requirements of the standard library.
  static let standardWitnesses: Set<String> = ["<", "==", "description", "encode", "hash", "init(from:)"]

  private(set) var count = 0
  private(set) var undocumented: [(line: Int, text: String)] = []
  /// By public protocol.
  private(set) var requirements: [String: Set<String>] = [:]

  init(of text: String) {
    // What the line is inside of, from the outermost in: where it starts and what it says of itself.
    var scopes: [(indentation: Int, words: Set<String>, publicProtocol: String?)] = []
    var isDocumented = false
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let declaration = line.drop { $0 == " " }
      if declaration.hasPrefix("///") { isDocumented = true }
      // Attributes on a line of their own stand between a comment and what it is of.
      let isBetween = declaration.hasPrefix("///") || declaration.hasPrefix("@") && !declaration.contains(" ")
      if isBetween { continue }
      defer { isDocumented = false }
      guard !declaration.isEmpty, !declaration.hasPrefix("//") else { continue }
      let indentation = line.count - declaration.count
      while let last = scopes.last, last.indentation >= indentation { scopes.removeLast() }
      guard let symbol = Declaration(declaration) else { continue }
      let protocolAround = scopes.last.flatMap { $0.indentation == indentation - 2 ? $0.publicProtocol : nil }
      if let protocolAround { requirements[protocolAround, default: []].insert(symbol.name) }
      if symbol.isPublic && symbol.keyword != "extension" || protocolAround != nil {
        count += 1
        let around = Self.witnessed(by: scopes.last?.words ?? [])
        if !isDocumented, protocolAround != nil || !around.contains(symbol.name) {
          undocumented.append((number + 1, String(declaration)))
        }
      }
      if Declaration.scopes.contains(symbol.keyword) {
        let words = Set(declaration.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        scopes.append((indentation, words, symbol.isPublic && symbol.keyword == "protocol" ? symbol.name : nil))
      }
    }
  }

  private static func witnessed(by protocols: Set<String>) -> Set<String> {
    protocols.reduce(into: standardWitnesses) { names, name in
      names.formUnion(witnesses[name] ?? [])
      if let parent = parents[name] { names.formUnion(witnesses[parent] ?? []) }
    }
  }
}

/// The beginning of a declaration: access, keyword and name.
private struct Declaration {
  static let scopes: Set<Substring> = ["actor", "class", "enum", "extension", "protocol", "struct"]
  private static let keywords = scopes.union([
    "associatedtype", "func", "init", "let", "subscript", "typealias", "var",
  ])
  private static let modifiers: Set<Substring> = [
    "borrowing", "consuming", "convenience", "fileprivate", "fileprivate(set)", "final", "indirect", "internal",
    "internal(set)", "mutating", "nonisolated", "nonmutating", "open", "override", "package", "package(set)", "private",
    "private(set)", "public", "static", "unsafe",
  ]

  var isPublic: Bool
  var keyword: Substring
  var name: String

  /// `nil` for any other line.
  init?(_ line: Substring) {
    isPublic = false
    var rest = line
    while true {
      let word = rest.prefix { $0 != " " }
      if word.hasPrefix("@") || Self.modifiers.contains(word) {
        if word == "public" || word == "open" { isPublic = true }
        rest = rest.dropFirst(word.count).drop { $0 == " " }
      } else {
        break
      }
    }
    keyword = rest.prefix { $0.isLetter }
    guard Self.keywords.contains(keyword) else { return nil }
    rest = rest.dropFirst(keyword.count)
    if keyword == "init" || keyword == "subscript" {
      name = rest.hasPrefix("(from ") ? "\(keyword)(from:)" : String(keyword)
    } else {
      guard rest.hasPrefix(" ") else { return nil }
      name = String(rest.dropFirst().prefix { !" (:<{=".contains($0) })
      if name.isEmpty { name = String(rest.dropFirst().prefix { $0 != " " && $0 != "(" }) }
    }
  }
}
