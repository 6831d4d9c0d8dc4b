import AkinGraph
import AkinRanking
import TestSupport
import Testing

@testable import AkinEngine

@Suite struct NameResolutionTests {
  func engine() throws -> Engine {
    var builder = GraphBuilder()
    let user = builder.addNodeType("user")
    let movie = builder.addNodeType("movie")
    let relation = builder.addRelation("rated", from: user, to: movie, duplicates: .last)
    let labels = [
      ("1", "Toy Story (1995)"), ("2", "Hamlet"), ("3", "HAMLET"), ("4", "Star Wars"), ("5", "hamlet"), ("7", ""),
    ]
    for (id, label) in labels {
      let index = try builder.intern(id, type: movie)
      if !label.isEmpty { builder.setLabel(label, of: index, type: movie) }
      let asker = try builder.intern(id == "7" ? "solo" : id, type: user)
      builder.addEdge(relation, from: asker, to: index)
    }
    return Engine(try builder.build().snapshot)
  }

  @Test func `ids, labels and typed names are found`() throws {
    let engine = try engine()
    func name(_ text: String) throws -> String {
      let node = try engine.node(named: text)
      return "\(engine.snapshot.schema.name(of: node.type)) \(node.index)"
    }
    #expect(try name("1") == "movie 0")
    #expect(try name("user:1") == "user 0")
    #expect(try name("movie:1") == "movie 0")
    #expect(try name("toy story (1995)") == "movie 0")
    #expect(try name("movie:Star Wars") == "movie 3")
    #expect(try name("solo") == "user 5")
    // Of labels that differ in case alone, the exact one is meant.
    #expect(try name("HAMLET") == "movie 2")
  }

  @Test func `an unknown name comes with the closest there are`() throws {
    let engine = try engine()
    #expect(throws: NameError.unknown("Tow Story", types: ["movie", "user"], suggestions: ["Toy Story (1995)"])) {
      try engine.node(named: "Tow Story")
    }
    #expect(throws: NameError.unknown("star wras", types: ["movie"], suggestions: ["Star Wars"])) {
      try engine.node(named: "movie:star wras")
    }
    #expect(throws: NameError.unknown("", types: ["movie", "user"], suggestions: [])) { try engine.node(named: "") }
    #expect(
      "\(NameError.unknown("Tow Story", types: ["movie"], suggestions: ["Toy Story (1995)"]))"
        == "no movie 'Tow Story'; did you mean 'Toy Story (1995)'?")
  }

  @Test func `words are looked for in any order, each nearly whole`() {
    let films = ["Toy Story (1995)", "Godfather, The (1972)", "Godfather: Part II, The (1974)", "Star Wars"]
    #expect(
      ClosestNames.find("The Godfather", among: films) == ["Godfather, The (1972)", "Godfather: Part II, The (1974)"])
    #expect(ClosestNames.find("the godfater part ii", among: films) == ["Godfather: Part II, The (1974)"])
    #expect(ClosestNames.find("Starwars", among: films) == ["Star Wars"])
    // Those that begin with it first, the one that it is up to a bracket before all.
    let books = [
      "The Hunger Games Tribute Guide", "Catching Fire (The Hunger Games, #2)",
      "The Hunger Games (The Hunger Games, #1)",
    ]
    #expect(ClosestNames.find("The Hunger Games", among: books).first == books[2])
    #expect(ClosestNames.find("Rihana", among: ["Triana", "Rihanna"]).first == "Rihanna")
    #expect(ClosestNames.find("Bjork", among: ["Borko", "Brant Bjork", "Björk"]).first == "Björk")
    #expect(ClosestNames.find("Mylene Farmer", among: ["Mylène Farmer"]) == ["Mylène Farmer"])
    #expect(ClosestNames.find("Léon", among: ["Leon: The Professional"]) == ["Leon: The Professional"])
    // Much of it is there, and one word is not.
    #expect(ClosestNames.find("Blade Story (1995)", among: films) == [])
    #expect(ClosestNames.find("zz", among: films) == [])
    #expect(ClosestNames.find("??", among: ["what??", "what"]) == ["what??"])
  }

  @Test func `a name of another type than wanted is said to be one`() throws {
    let engine = try engine()
    let user = [engine.askingType]
    #expect(throws: NameError.otherType("star wars", found: "movie", expected: ["user"])) {
      try engine.node(named: "star wars", types: user)
    }
    #expect(throws: NameError.otherType("movie:4", found: "movie", expected: ["user"])) {
      try engine.node(named: "movie:4", types: user)
    }
    // Of three films in different cases, none exactly so.
    #expect(throws: NameError.otherType("hAMLET", found: "movie", expected: ["user"])) {
      try engine.node(named: "hAMLET", types: user)
    }
  }

  @Test func `a title that is also a number does not stand for the book of that number`() throws {
    var builder = GraphBuilder()
    let book = builder.addNodeType("book")
    _ = builder.addRelation("is", from: book, to: book, duplicates: .last)
    for (id, label) in [("13", "1984"), ("1984", "The Runaway Bunny"), ("300", "300")] {
      builder.setLabel(label, of: try builder.intern(id, type: book), type: book)
    }
    let engine = Engine(try builder.build().snapshot)
    #expect(
      throws: NameError.ambiguous("1984", candidates: ["book:1984\tThe Runaway Bunny", "book:13\t1984"], total: 2)
    ) {
      try engine.node(named: "1984")
    }
    #expect(try engine.node(named: "book:1984").index == 1)
    #expect(try engine.node(named: "300").index == 2)
  }

  @Test func `an ambiguous label lists its nodes`() throws {
    let engine = try engine()
    #expect(
      throws: NameError.ambiguous(
        "haMLet", candidates: ["movie:2\tHamlet", "movie:3\tHAMLET", "movie:5\thamlet"], total: 3)
    ) {
      try engine.node(named: "haMLet")
    }
  }

  /// Against the textbook dynamic programme, free at both ends of the text.
  @Test(arguments: UInt64(0)..<200)
  func `approximate matching agrees with dynamic programming`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    func word(_ range: ClosedRange<Int>) -> String {
      String((0..<Int.random(in: range, using: &random)).map { _ in "abc".randomElement(using: &random)! })
    }
    let pattern = word(1...(seed % 5 == 0 ? 64 : 9))
    let text = word(0...80)
    let (wanted, letters) = (Array(pattern), Array(text))
    var rows = [Array(0...wanted.count)]
    for (place, letter) in letters.enumerated() {
      var next = [0]
      for position in wanted.indices {
        var cost = min(
          rows[place][position] + (letter == wanted[position] ? 0 : 1), rows[place][position + 1] + 1,
          next[position] + 1)
        if place > 0, position > 0, letter == wanted[position - 1], letters[place - 1] == wanted[position] {
          cost = min(cost, rows[place - 1][position - 1] + 1)
        }
        next.append(cost)
      }
      rows.append(next)
    }
    let least = rows.map { $0[wanted.count] }.min()
    #expect(try #require(ApproximateMatcher(pattern)).distance(to: text) == least)
  }
}
