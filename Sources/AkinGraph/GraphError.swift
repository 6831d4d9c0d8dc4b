/// What can be wrong with a snapshot file or with what a graph is built from.
public enum GraphError: Error, Equatable {
  /// The system refused; `reason` is its own word for it.
  case cannotRead(path: String, reason: String)
  case cannotWrite(path: String, reason: String)
  case notASnapshot(path: String, found: String)
  case unsupportedVersion(path: String, found: Int, supported: Int)
  case wrongByteOrder(path: String)
  /// A graph was expected, and the file holds something else of the same container.
  case wrongContent(path: String, found: String, expected: String)
  /// A model or derived relation of another graph than the one at hand; both by fingerprint.
  case otherGraph(path: String, found: String, expected: String)
  case truncated(path: String, found: Int, expected: Int)
  /// The file contradicts itself.
  case corrupt(path: String, place: String, found: String, expected: String)
  /// Data of an open snapshot contradicts itself; found while answering a query.
  case damagedData(place: String, found: String, expected: String)
  /// Another process appends to the graph or compacts it.
  case locked(path: String)
  case tooManyNodes(type: String, limit: Int)
  case tooManyEdges(relation: String, limit: Int)
  /// A bound on memory that does not even leave room for a small part of the edges beside the nodes.
  case memoryBoundTooSmall(found: Int, nodeBytes: Int, expected: Int)
  /// Weights or values of repeated edges add up beyond what an edge can hold.
  case sumTooLarge(relation: String, source: String, target: String)
}

extension GraphError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason): "\(path): cannot be read: \(reason)"
    case .cannotWrite(let path, let reason): "\(path): cannot be written: \(reason)"
    case .notASnapshot(let path, let found):
      "\(path): not an Akin snapshot: found \(found), expected a file that starts with the bytes 89 41 4B 49 4E"
    case .unsupportedVersion(let path, let found, let supported):
      "\(path): found snapshot format version \(found), expected \(supported) or lower; a newer Akin wrote this file"
    case .wrongByteOrder(let path):
      "\(path): found a snapshot of big-endian byte order, expected little-endian; import it again on this machine"
    case .wrongContent(let path, let found, let expected): "\(path): found \(found), expected \(expected)"
    case .locked(let path): "\(path): another process is writing to it; try again when it is done"
    case .otherGraph(let path, let found, let expected):
      "\(path): made from the graph with fingerprint \(found), expected \(expected); "
        + (path.hasSuffix(".log")
          ? "it holds what was appended to another graph: put that graph back, or take the log away"
          : "train it again on this graph, or 'akin refresh' it if it holds similarities")
    case .truncated(let path, let found, let expected):
      "\(path): truncated: found \(found) bytes, expected \(expected)"
    case .corrupt(let path, let place, let found, let expected):
      "\(path): damaged at \(place): found \(found), expected \(expected)"
    case .damagedData(let place, let found, let expected):
      "the snapshot is damaged at \(place): found \(found), expected \(expected); 'akin verify' checks the whole file"
    case .sumTooLarge(let relation, let source, let target):
      "relation '\(relation)': the weights between '\(source)' and '\(target)' add up to more than 3.4e38, expected less"
    case .memoryBoundTooSmall(let found, let nodeBytes, let expected):
      "the bound on memory is too small: found \(found) bytes, where the nodes and their ids take \(nodeBytes), expected "
        + "at least \(expected)"
    case .tooManyEdges(let relation, let limit):
      "relation '\(relation)' would have more than \(limit) edges, expected at most that many"
    case .tooManyNodes(let type, let limit):
      "node type '\(type)': found more than \(limit) nodes, expected at most that many in one type"
    }
  }
}
