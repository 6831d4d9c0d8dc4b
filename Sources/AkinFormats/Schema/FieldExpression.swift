import Glibc

/// A formula over the columns of a record: computed weights such as `log1p(count)`, filters such as
/// `rating >= 4 and language == 'en'`.
///
/// Numbers, names of columns (in backquotes where they are no plain words), texts in single quotes; `+ - * /`, `== != < <=
/// > >=`, `and`, `or`, `not`, parentheses; the functions `log`, `log1p`, `sqrt`, `exp`, `abs`, `min(a, b)`, `max(a, b)`
/// and `length(text)`. A column is a number where one is needed and a text beside a text. Truth counts as 1 or 0.
struct FieldExpression: Sendable {
  indirect enum Term: Sendable {
    case number(Double)
    case text(String)
    case column(String, position: Int)
    case call(String, [Term])
    case binary(String, Term, Term)
    case not(Term)
  }

  enum Value: Equatable {
    case number(Double)
    case text(String)
  }

  /// Why a formula has no value for one record.
  struct Failure: Error, Equatable {
    var column: String
    var found: String
    var expected: String
  }

  /// Why a text is no formula.
  struct SyntaxError: Error, Equatable {
    var found: String
    var expected: String
  }

  let source: String
  private(set) var columns: [String] = []
  private var term: Term = .number(0)

  init(_ source: String) throws(SyntaxError) {
    self.source = source
    var parser = ExpressionParser(source)
    term = try parser.parse()
    columns = parser.columns
  }

  /// The column that is the whole formula, if one is.
  var onlyColumn: String? { if case .column(let name, _) = term { name } else { nil } }

  /// - Parameter field: the text of the column of `columns` at a position.
  func number(_ field: (Int) -> String) throws(Failure) -> Double {
    try asNumber(try value(term, field), of: term)
  }

  func holds(_ field: (Int) -> String) throws(Failure) -> Bool { try number(field) != 0 }

  private func value(_ term: Term, _ field: (Int) -> String) throws(Failure) -> Value {
    switch term {
    case .number(let number): return .number(number)
    case .text(let text): return .text(text)
    case .column(_, let position): return .text(field(position))
    case .not(let inner): return .number(try asNumber(try value(inner, field), of: inner) == 0 ? 1 : 0)
    case .call("length", let arguments):
      guard case .text(let text) = try value(arguments[0], field) else { return .number(0) }
      return .number(Double(text.count))
    case .call(let name, let arguments):
      var numbers: [Double] = []
      for argument in arguments { numbers.append(try asNumber(try value(argument, field), of: argument)) }
      return .number(ExpressionFunction(rawValue: name)!(numbers))
    case .binary("and", let left, let right):
      let isTrue = try asNumber(try value(left, field), of: left) != 0
      guard isTrue else { return .number(0) }
      return .number(try asNumber(try value(right, field), of: right) != 0 ? 1 : 0)
    case .binary("or", let left, let right):
      let isTrue = try asNumber(try value(left, field), of: left) != 0
      guard !isTrue else { return .number(1) }
      return .number(try asNumber(try value(right, field), of: right) != 0 ? 1 : 0)
    case .binary(let operation, let left, let right):
      let (a, b) = (try value(left, field), try value(right, field))
      // Beside a text in quotes, columns are texts; elsewhere they are numbers.
      if Self.isText(left) || Self.isText(right), case .text(let a) = a, case .text(let b) = b {
        return .number(Self.compare(operation, a, b) ? 1 : 0)
      }
      return .number(Self.apply(operation, try asNumber(a, of: left), try asNumber(b, of: right)))
    }
  }

  private static func isText(_ term: Term) -> Bool { if case .text = term { true } else { false } }

  private static func compare<Operand: Comparable>(_ operation: String, _ a: Operand, _ b: Operand) -> Bool {
    switch operation {
    case "==": a == b
    case "!=": a != b
    case "<": a < b
    case "<=": a <= b
    case ">": a > b
    case ">=": a >= b
    default: false
    }
  }

  private static func apply(_ operation: String, _ a: Double, _ b: Double) -> Double {
    switch operation {
    case "+": a + b
    case "-": a - b
    case "*": a * b
    case "/": a / b
    default: compare(operation, a, b) ? 1 : 0
    }
  }

  private func asNumber(_ value: Value, of term: Term) throws(Failure) -> Double {
    switch value {
    case .number(let number): return number
    case .text(let text):
      let bytes = Array(text.utf8)
      if let number = try? Double(parsing: bytes.span) { return number }
      var name = source
      if case .column(let column, _) = term { name = column }
      throw Failure(column: name, found: text, expected: "a number")
    }
  }
}

enum ExpressionFunction: String, CaseIterable {
  case log, log1p, sqrt, exp, abs, min, max, length

  var arity: Int { self == .min || self == .max ? 2 : 1 }

  func callAsFunction(_ arguments: [Double]) -> Double {
    switch self {
    case .log: Glibc.log(arguments[0])
    case .log1p: Glibc.log1p(arguments[0])
    case .sqrt: arguments[0].squareRoot()
    case .exp: Glibc.exp(arguments[0])
    case .abs: arguments[0].magnitude
    case .min: Swift.min(arguments[0], arguments[1])
    case .max: Swift.max(arguments[0], arguments[1])
    case .length: 0
    }
  }
}

/// Recursive descent: or, and, not, comparison, sum, product, factor.
private struct ExpressionParser {
  private let tokens: [String]
  private var position = 0
  private(set) var columns: [String] = []
  private var depth = 0

  init(_ source: String) { tokens = Self.tokens(of: source) }

  mutating func parse() throws(FieldExpression.SyntaxError) -> FieldExpression.Term {
    let term = try disjunction()
    guard position == tokens.count else { throw unexpected("an operator or the end") }
    return term
  }

  private func unexpected(_ expected: String) -> FieldExpression.SyntaxError {
    FieldExpression.SyntaxError(
      found: position < tokens.count ? "'\(tokens[position])'" : "the end of the formula", expected: expected)
  }

  private mutating func takes(_ candidates: String...) -> String? {
    guard position < tokens.count, candidates.contains(tokens[position]) else { return nil }
    position += 1
    return tokens[position - 1]
  }

  private mutating func disjunction() throws(FieldExpression.SyntaxError) -> FieldExpression.Term {
    var left = try conjunction()
    while takes("or") != nil { left = .binary("or", left, try conjunction()) }
    return left
  }

  private mutating func conjunction() throws(FieldExpression.SyntaxError) -> FieldExpression.Term {
    var left = try negation()
    while takes("and") != nil { left = .binary("and", left, try negation()) }
    return left
  }

  private mutating func negation() throws(FieldExpression.SyntaxError) -> FieldExpression.Term {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw unexpected("a formula of less depth") }
    if takes("not") != nil { return .not(try negation()) }
    let left = try sum()
    guard let operation = takes("==", "!=", "<", "<=", ">", ">=") else { return left }
    return .binary(operation, left, try sum())
  }

  private mutating func sum() throws(FieldExpression.SyntaxError) -> FieldExpression.Term {
    var left = try product()
    while let operation = takes("+", "-") { left = .binary(operation, left, try product()) }
    return left
  }

  private mutating func product() throws(FieldExpression.SyntaxError) -> FieldExpression.Term {
    var left = try factor()
    while let operation = takes("*", "/") { left = .binary(operation, left, try factor()) }
    return left
  }

  private mutating func factor() throws(FieldExpression.SyntaxError) -> FieldExpression.Term {
    if takes("(") != nil {
      let inner = try disjunction()
      guard takes(")") != nil else { throw unexpected("')'") }
      return inner
    }
    if takes("-") != nil {
      depth += 1
      defer { depth -= 1 }
      guard depth < 100 else { throw unexpected("a formula of less depth") }
      return .binary("-", .number(0), try factor())
    }
    guard position < tokens.count, let first = tokens[position].first else { throw unexpected("a value") }
    let token = tokens[position]
    if first == "'" {
      guard token.count >= 2, token.last == "'" else { throw unexpected("a text that ends with a quote") }
      position += 1
      return .text(String(token.dropFirst().dropLast()))
    }
    if let number = Double(token), number.isFinite, first.isNumber || first == "." {
      position += 1
      return .number(number)
    }
    if position + 1 < tokens.count, tokens[position + 1] == "(" {
      guard let function = ExpressionFunction(rawValue: token) else {
        throw unexpected("one of \(ExpressionFunction.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      position += 2
      var arguments = [try disjunction()]
      while takes(",") != nil { arguments.append(try disjunction()) }
      guard takes(")") != nil else { throw unexpected("')'") }
      guard arguments.count == function.arity else {
        throw FieldExpression.SyntaxError(
          found: "\(arguments.count) arguments of '\(token)'", expected: "\(function.arity)")
      }
      return .call(token, arguments)
    }
    guard first == "`" || first == "_" || first.isLetter else { throw unexpected("a value") }
    position += 1
    let name = first == "`" ? token.filter { $0 != "`" } : token
    if let known = columns.firstIndex(of: name) { return .column(name, position: known) }
    columns.append(name)
    return .column(name, position: columns.count - 1)
  }

  private static func tokens(of source: String) -> [String] {
    var tokens: [String] = []
    var rest = Substring(source)
    while let first = rest.first {
      if first.isWhitespace {
        rest = rest.dropFirst()
        continue
      }
      var length = 1
      if first == "'" || first == "`" {
        length =
          rest.dropFirst().firstIndex(of: first).map { rest.distance(from: rest.startIndex, to: $0) + 1 } ?? rest.count
      } else if first.isNumber || first == "." {
        length = rest.prefix { $0.isNumber || $0 == "." || $0 == "e" || $0 == "E" }.count
      } else if first.isLetter || first == "_" {
        length = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." || $0 == ":" }.count
      } else if "=!<>".contains(first), rest.dropFirst().first == "=" {
        length = 2
      }
      tokens.append(String(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    return tokens
  }
}
