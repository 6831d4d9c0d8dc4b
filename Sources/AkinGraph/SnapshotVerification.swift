public import AkinParallel
import AkinRanking

extension Snapshot {
  /// Checks everything that a snapshot promises and returns what is wrong, empty when nothing is: the checksum of every
  /// section, rows that are in bounds and sorted, the reverse as the transpose of the forward, ids that find
  /// themselves, valid UTF-8, the order of labels.
  ///
  /// Opening already checked header, table and schema.
  ///
  /// - Parameter limit: stop after this many findings.
  /// - Throws: `CancellationError`.
  /// - Complexity: O(bytes of the file).
  public func verify(limit: Int = 20, execution: Execution = .serial) throws -> [String] {
    let columns = try Self.columns(schema: schema, nodes: nodes, relations: relations, provenance: provenance)
    let computed = try SectionEntry.table(of: columns, execution: execution)
    var findings: [String] = []
    let stored = Dictionary(uniqueKeysWithValues: sections.map { ($0.key, $0) })
    for entry in computed {
      guard let known = stored[entry.key], ![.schema, .provenance].contains(SectionKind(rawValue: entry.kind))
      else { continue }
      if known.checksum != entry.checksum {
        findings.append("\(entry.place): found checksum \(hex(entry.checksum)), expected \(hex(known.checksum))")
      }
    }
    if let file { findings += file.problems(besides: Set(computed.map(\.key)).subtracting([SectionKey(.provenance)])) }
    for (number, relation) in schema.relations.enumerated() where findings.count < limit {
      try execution.cancellation.check()
      let edges = relations[number]
      let name = "relation '\(relation.name)'"
      let problem =
        edges.forward.firstProblem(name: "\(name), forward") ?? edges.reverse.firstProblem(name: "\(name), reverse")
        ?? edges.firstAsymmetry(name: name)
      if let problem { findings.append(problem) }
    }
    for (type, table) in zip(schema.nodeTypes, nodes) where findings.count < limit {
      try execution.cancellation.check()
      let name = "node type '\(type.name)'"
      if let problem = table.firstProblem(name: name) { findings.append(problem) }
      for (attribute, column) in zip(type.attributes, table.attributes) {
        if let problem = column.firstProblem(name: "\(name), attribute '\(attribute.name)'") {
          findings.append(problem)
        }
      }
    }
    return Array(findings.prefix(limit))
  }
}

extension Adjacency {
  /// The first broken promise of the rows, or `nil`.
  func firstProblem(name: String) -> String? {
    guard offsets[0] == 0, offsets[nodeCount] == UInt64(edgeCount) else {
      return "\(name): found offsets from \(offsets[0]) to \(offsets[nodeCount]), expected 0 to \(edgeCount)"
    }
    for node in 0..<nodeCount {
      do {
        let row = try edges(of: UInt32(node))
        for edge in row {
          let neighbor = try neighbor(at: edge)
          if edge > row.lowerBound {
            let before = neighbors[edge - 1]
            let inOrder =
              before < neighbor
              || (before == neighbor && (timeOrder(at: edge - 1) <= timeOrder(at: edge)))
            if !inOrder {
              return "\(name): row \(node) is not sorted by (neighbour, time): found \(neighbor) after \(before)"
            }
          }
          if let weight = attributes.weights?[edge], !(weight > 0 && weight.isFinite) {
            return "\(name): edge \(edge): found weight \(weight), expected a positive number"
          }
          if let value = attributes.values?[edge], !value.isFinite {
            return "\(name): edge \(edge): found value \(value), expected a finite number"
          }
        }
      } catch {
        return "\(name): \(error)"
      }
    }
    return nil
  }

  private func timeOrder(at edge: Int) -> Int64 {
    guard let times = attributes.times else { return 0 }
    return times.time(at: edge) ?? .min
  }
}

extension RelationEdges {
  /// Where the reverse is not the transpose of the forward, or `nil`. Rows must be valid.
  func firstAsymmetry(name: String) -> String? {
    var next = reverse.offsets.array()
    for source in 0..<forward.nodeCount {
      guard let row = try? forward.edges(of: UInt32(source)) else { return nil }
      for edge in row {
        let target = Int(forward.neighbors[edge])
        let mirrored = Int(next[target])
        let isSame =
          next[target] < reverse.offsets[target + 1] && Int(reverse.neighbors[mirrored]) == source
          && same(forward.attributes.weights, edge, reverse.attributes.weights, mirrored)
          && same(forward.attributes.values, edge, reverse.attributes.values, mirrored)
          && forward.attributes.times?.time(at: edge) == reverse.attributes.times?.time(at: mirrored)
        guard isSame else { return "\(name): the reverse lacks edge \(source) to \(target), or differs in it" }
        next[target] += 1
      }
    }
    return nil
  }

  private func same(_ left: Column<Float>?, _ edge: Int, _ right: Column<Float>?, _ mirrored: Int) -> Bool {
    switch (left, right) {
    case (nil, nil): true
    case (let left?, let right?): left[edge].bitPattern == right[mirrored].bitPattern
    default: false
    }
  }
}

extension NodeTable {
  /// The first broken promise of ids and labels, or `nil`.
  func firstProblem(name: String) -> String? {
    do {
      for index in 0..<count {
        if let problem = try Self.encodingProblem(ids, index) { return "\(name): id \(index): \(problem)" }
        let found = try unsafe ids.withBytes(at: index) { bytes in
          Result { () throws(GraphError) in try unsafe idTable.index(of: bytes, in: ids) }
        }.get()
        guard found == UInt32(index) else {
          return "\(name): id '\(try ids.string(at: index))' of node \(index): found node "
            + "\(found.map(String.init) ?? "none") in the id table"
        }
      }
      guard let labels, let labelOrder else { return nil }
      var labelled = 0
      for index in 0..<count {
        if let problem = try Self.encodingProblem(labels, index) { return "\(name): label \(index): \(problem)" }
        if try !labels.string(at: index).isEmpty { labelled += 1 }
      }
      guard labelOrder.count == labelled else {
        return "\(name): label order: found \(labelOrder.count) entries, expected \(labelled)"
      }
      var previous: (label: String, index: UInt32)?
      for position in 0..<labelOrder.count {
        let index = labelOrder[position]
        guard Int(index) < count else { return "\(name): label order \(position): found node \(index)" }
        let label = Self.folded(try labels.string(at: Int(index)))
        if let previous {
          let inOrder =
            Self.isOrdered(previous.label, before: label)
            || (previous.label.utf8.elementsEqual(label.utf8) && previous.index < index)
          if !inOrder { return "\(name): label order \(position) is not sorted" }
        }
        previous = (label, index)
      }
    } catch {
      return "\(name): \(error)"
    }
    return nil
  }

  private static func encodingProblem(_ strings: StringColumn, _ index: Int) throws(GraphError) -> String? {
    let isValid = try unsafe strings.withBytes(at: index) { bytes in
      unsafe String(validating: bytes, as: UTF8.self) != nil
    }
    return isValid ? nil : "found bytes that are not UTF-8"
  }
}
