/// The loops of a descent over whole layers.
///
/// Each checks once that all its vectors are of one layer; positions are then within all of them. They are functions of
/// their own, given arrays instead of the descent, so that no loop asks at each element whether somebody else changes
/// the vector: that took a tenth of a descent.
extension Descent {
  static func start(
    _ right: [Double], _ inverse: [Double], solution: inout [Double], residual: inout [Double],
    direction: inout [Double], scaled: inout [Double]
  ) -> Norms {
    let count = right.count
    precondition(inverse.count == count && solution.count == count && residual.count == count, "not of one layer")
    precondition(direction.count == count && scaled.count == count, "not of one layer")
    let right = right.span
    let inverse = inverse.span
    var solution = solution.mutableSpan
    var residual = residual.mutableSpan
    var direction = direction.mutableSpan
    var scaled = scaled.mutableSpan
    var norms = Norms()
    for index in 0..<count {
      // Safe: the index is below the count of all six.
      unsafe solution[unchecked: index] = inverse[unchecked: index] > 0 ? 0 : right[unchecked: index]
      let moving = unsafe inverse[unchecked: index] > 0 ? right[unchecked: index] : 0
      let ratio = unsafe moving * inverse[unchecked: index]
      unsafe residual[unchecked: index] = moving
      unsafe direction[unchecked: index] = moving
      unsafe scaled[unchecked: index] = ratio
      norms.absolute += abs(moving)
      norms.energy += moving * ratio
    }
    return norms
  }

  /// output ← left · right
  static func multiply(_ left: [Double], _ right: [Double], into output: inout [Double]) {
    let count = left.count
    precondition(right.count == count && output.count == count, "not of one layer")
    let left = left.span
    let right = right.span
    var output = output.mutableSpan
    // Safe: the index is below the count of all three.
    for index in 0..<count { unsafe output[unchecked: index] = left[unchecked: index] * right[unchecked: index] }
  }

  /// run ← own + damping · run
  static func combine(_ rows: Range<Int>, _ own: [Double], _ damping: Double, run: inout MutableSpan<Double>) {
    check(rows, own.count, run.count)
    let own = own.span
    for position in 0..<rows.count {
      // Safe: `check` found the rows within the vectors and the run as long as them; so below.
      unsafe run[unchecked: position] =
        own[unchecked: rows.lowerBound &+ position] + damping * run[unchecked: position]
    }
  }

  /// run ← damping · inverse · run
  static func scale(_ rows: Range<Int>, _ inverse: [Double], _ damping: Double, run: inout MutableSpan<Double>) {
    check(rows, inverse.count, run.count)
    let inverse = inverse.span
    for position in 0..<rows.count {
      unsafe run[unchecked: position] *= damping * inverse[unchecked: rows.lowerBound &+ position]
    }
  }

  /// run ← direction − damping · run
  ///
  /// - Returns: Σ run · direction / D
  static func curve(
    _ rows: Range<Int>, _ direction: [Double], _ inverse: [Double], _ damping: Double, run: inout MutableSpan<Double>
  ) -> Double {
    check(rows, direction.count, run.count)
    precondition(inverse.count == direction.count, "not of one layer")
    let direction = direction.span
    let inverse = inverse.span
    var sum = 0.0
    for position in 0..<rows.count {
      let row = rows.lowerBound &+ position
      let value = unsafe direction[unchecked: row] - damping * run[unchecked: position]
      unsafe run[unchecked: position] = value
      unsafe sum += value * direction[unchecked: row] * inverse[unchecked: row]
    }
    return sum
  }

  /// run ← run + length · direction
  static func advance(_ rows: Range<Int>, _ direction: [Double], _ length: Double, run: inout MutableSpan<Double>) {
    check(rows, direction.count, run.count)
    let direction = direction.span
    for position in 0..<rows.count {
      unsafe run[unchecked: position] += length * direction[unchecked: rows.lowerBound &+ position]
    }
  }

  /// run ← run − length · image
  static func lower(
    _ rows: Range<Int>, _ image: [Double], _ inverse: [Double], _ length: Double, run: inout MutableSpan<Double>
  ) -> Norms {
    check(rows, image.count, run.count)
    precondition(inverse.count == image.count, "not of one layer")
    let image = image.span
    let inverse = inverse.span
    var norms = Norms()
    for position in 0..<rows.count {
      let row = rows.lowerBound &+ position
      let value = unsafe run[unchecked: position] - length * image[unchecked: row]
      unsafe run[unchecked: position] = value
      norms.absolute += abs(value)
      unsafe norms.energy += value * value * inverse[unchecked: row]
    }
    return norms
  }

  /// run ← residual + turn · run
  static func turn(_ rows: Range<Int>, _ residual: [Double], _ turn: Double, run: inout MutableSpan<Double>) {
    check(rows, residual.count, run.count)
    let residual = residual.span
    for position in 0..<rows.count {
      unsafe run[unchecked: position] =
        residual[unchecked: rows.lowerBound &+ position] + turn * run[unchecked: position]
    }
  }

  static func ratioRange(_ residual: [Double], _ inverse: [Double]) -> (least: Double, most: Double) {
    precondition(inverse.count == residual.count, "not of one layer")
    let count = residual.count
    let residual = residual.span
    let inverse = inverse.span
    var least = Double.infinity
    var most = -Double.infinity
    for node in 0..<count where unsafe inverse[unchecked: node] > 0 {
      // Safe: the node is below the count of both.
      let ratio = unsafe residual[unchecked: node] * inverse[unchecked: node]
      least = min(least, ratio)
      most = max(most, ratio)
    }
    return least <= most ? (least, most) : (0, 0)
  }

  private static func check(_ rows: Range<Int>, _ count: Int, _ length: Int) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= count, "rows \(rows) are outside a layer of \(count)")
    precondition(rows.count == length, "\(rows.count) rows for a run of \(length)")
  }
}
