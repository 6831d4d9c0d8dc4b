/// Options that once had another word, so that scripts go on: help, completions and documentation know the new one alone.
enum EarlierWords {
  /// By command, from the word that was to the one that is.
  static let all: [String: [String: String]] = [
    "import": ["--query": "--sql"],
    "append": ["--query": "--sql"],
    "export": ["--of": "--type"],
    "filter": ["--after": "--since", "--before": "--until"],
    "info": ["--draw": "--output"],
    "rank": ["--relation": "--relation-weight"],
    "draw": ["--compare": "--methods"],
    "evaluate": ["--method": "--methods", "--metric": "--metrics"],
    "tune": ["--metric": "--objective", "--time": "--budget"],
    "score": ["--truth": "--test", "--metric": "--metrics"],
    "walks": ["--per-node": "--walks", "--probability": "--relation-weight"],
    "neighborhoods": ["--size": "-k", "--length": "--max-length"],
  ]

  /// The arguments of the program with the words of today.
  static func replaced(in arguments: [String]) -> [String] {
    guard let command = arguments.first, let words = all[command] else { return arguments }
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return arguments[..<end].flatMap { argument -> [String] in
      guard argument.hasPrefix("--"), let word = words[String(argument.prefix { $0 != "=" })] else { return [argument] }
      guard let equals = argument.firstIndex(of: "=") else { return [word] }
      let value = argument[argument.index(after: equals)...]
      return word.hasPrefix("--") ? ["\(word)=\(value)"] : [word, String(value)]
    } + arguments[end...]
  }
}
