import FoundationEssentials
import Glibc

/// What a search has tried, in a file of JSON lines that grows by one line a trial: a search that was interrupted, or is to
/// go on for longer, starts from it.
///
/// The first line says what is being searched; a journal of another search is refused. A last line that was cut short
/// is dropped and written over.
public final class TuningJournal {
  /// What a search is about; equal searches draw equal settings.
  public struct Header: Codable, Sendable, Equatable {
    /// Format and version; journals of another one are refused.
    public var format = "akin.tuning/1"
    /// Name of the method.
    public var method: String
    /// Parameters that are not searched, as they were given.
    public var fixed: [String: String]
    /// What is made as good as can be, as `Metric` writes it: `ndcg@20`.
    public var metric: String
    /// Token of the validation split, which names the training graph.
    public var split: String
    /// Seed of the search.
    public var seed: UInt64
    /// How many rungs the halving has.
    public var rungs: Int
    /// The factor between rungs.
    public var eta: Int
    /// Most validation users; `nil` for all.
    public var users: Int?
    /// Length of the lists.
    public var k: Int
    /// The least weight of a held-out edge that counts as relevant; `nil` where every edge does.
    public var relevantFrom: Float?

    /// Everything that decides which settings are drawn and how they are judged.
    public init(
      method: String, fixed: [String: String], metric: String, split: String, seed: UInt64, rungs: Int, eta: Int,
      users: Int?, k: Int, relevantFrom: Float? = nil
    ) {
      self.method = method
      self.fixed = fixed
      self.metric = metric
      self.split = split
      self.seed = seed
      self.rungs = rungs
      self.eta = eta
      self.users = users
      self.k = k
      self.relevantFrom = relevantFrom
    }
  }

  /// The file, as its path was given.
  public let path: String
  /// What was tried so far, in order.
  public private(set) var trials: [Trial]
  private let descriptor: Int32

  /// Opens the journal at `path`, or begins one.
  ///
  /// - Throws: `TuningJournalError`.
  public init(path: String, header: Header) throws(TuningJournalError) {
    let bytes = (try? Data(contentsOf: URL(filePath: path))).map { [UInt8]($0) } ?? []
    let end = bytes.lastIndex(of: 10).map { $0 + 1 } ?? 0
    var lines = bytes[..<end].split(separator: 10).map { Data($0) }
    var trials: [Trial] = []
    if let first = lines.first {
      guard let found = try? JSONDecoder().decode(Header.self, from: first) else {
        throw .notAJournal(path: path)
      }
      // A search that tried nothing leaves nothing to be lost.
      if found != header, lines.count == 1 { lines = [] }
      guard found == header || lines.isEmpty else {
        throw .otherSearch(path: path, differing: Self.differing(found, header))
      }
      for (number, line) in lines.enumerated().dropFirst() {
        guard let trial = try? JSONDecoder().decode(Trial.self, from: line), trial.rung < header.rungs, trial.rung >= 0
        else { throw .badLine(path: path, line: number + 1) }
        trials.append(trial)
      }
    } else if !bytes.isEmpty, bytes.count > 4096 || !bytes.starts(with: Array("{".utf8)) {
      throw .notAJournal(path: path)
    }
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotWrite(path: path) }
    self.path = path
    self.trials = trials
    let isCut = ftruncate(descriptor, lines.isEmpty ? 0 : end) == 0
    guard isCut, lseek(descriptor, 0, SEEK_END) >= 0 else { throw .cannotWrite(path: path) }
    if lines.isEmpty { try append(header) }
  }

  deinit { close(descriptor) }

  /// Adds a trial; it is on disk when this returns.
  ///
  /// - Throws: `TuningJournalError.cannotWrite`.
  public func add(_ trial: Trial) throws(TuningJournalError) {
    try append(trial)
    trials.append(trial)
  }

  private func append(_ value: some Encodable) throws(TuningJournalError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(value) else { throw .cannotWrite(path: path) }
    var bytes = [UInt8](line) + [10]
    while !bytes.isEmpty {
      let written = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
      guard written > 0 else {
        if written < 0, errno == EINTR { continue }
        throw .cannotWrite(path: path)
      }
      bytes.removeFirst(written)
    }
    guard fsync(descriptor) == 0 else { throw .cannotWrite(path: path) }
  }

  private static func differing(_ found: Header, _ expected: Header) -> [String] {
    var names: [String] = []
    if found.method != expected.method { names.append("method '\(found.method)'") }
    if found.fixed != expected.fixed { names.append("other fixed parameters") }
    if found.metric != expected.metric { names.append("metric \(found.metric)") }
    if found.split != expected.split { names.append("split \(found.split)") }
    if found.seed != expected.seed { names.append("seed \(found.seed)") }
    if found.rungs != expected.rungs || found.eta != expected.eta {
      names.append("\(found.rungs) rungs by \(found.eta)")
    }
    if found.users != expected.users { names.append("\(found.users.map { "\($0)" } ?? "all") users") }
    if found.k != expected.k { names.append("k \(found.k)") }
    if found.relevantFrom != expected.relevantFrom {
      names.append(found.relevantFrom.map { "relevant from \($0)" } ?? "every edge relevant")
    }
    return names.isEmpty ? ["format \(found.format)"] : names
  }
}

/// Why a journal cannot be used.
public enum TuningJournalError: Error, Equatable, CustomStringConvertible {
  case notAJournal(path: String)
  case otherSearch(path: String, differing: [String])
  case badLine(path: String, line: Int)
  case cannotWrite(path: String)

  public var description: String {
    switch self {
    case .notAJournal(let path): "\(path): not a journal of a search, expected one that 'akin tune' wrote, or no file"
    case .otherSearch(let path, let differing):
      "\(path): the journal of another search: found \(differing.joined(separator: ", ")); expected that of this one, or "
        + "another name"
    case .badLine(let path, let line): "\(path):\(line): not a trial, expected one JSON object a line"
    case .cannotWrite(let path): "\(path): cannot be written"
    }
  }
}
