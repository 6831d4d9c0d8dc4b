import AkinGraph
import AkinParallel
import AkinRanking
import Glibc

/// How readily walks pass through a connector of a given degree.
///
/// Steps are to go through connector x with a probability in proportion to degree(x)^(1 − e), e the connector exponent.
/// Drawing neighbours uniformly and counting each visit with that factor would do, but rare visits of great worth make
/// noisy scores. So a draw is kept with probability min(1, f) and counts max(1, f), with f = (degree / pivot)^(1 − e):
/// in the mean the same. With a pivot near the typical degree most draws are kept and count near 1.
struct ConnectorPreference: StepRule {
  private let exponent: Double
  private let scale: Double
  /// degree^exponent for small degrees, by degree; shared by all queries of a method.
  private let powers: [Double]

  /// Whether every connector is alike, so that nothing need be asked.
  var isUniform: Bool { exponent == 0 }

  static func powers(connectorExponent: Double) -> [Double] {
    connectorExponent == 1 ? [] : (0..<4096).map { pow(Double($0), 1 - connectorExponent) }
  }

  /// - Parameter pivot: the degree at which draws are just kept; above 0.
  init(connectorExponent: Double, pivot: Double, powers: [Double]) {
    exponent = 1 - connectorExponent
    scale = pow(pivot, -exponent)
    self.powers = powers
  }

  /// f of a connector; 1 for all where they are alike.
  func factor(degree: Int) -> Double {
    guard !isUniform else { return 1 }
    return (degree < powers.count ? powers[degree] : pow(Double(degree), exponent)) * scale
  }

  @inline(__always)
  func keeps(_ walker: inout Walker, degree: Int) -> Bool {
    guard walker.state == PixieState.connector else { return true }
    let factor = factor(degree: degree)
    if factor < 1, walker.random.drawUnit() >= factor { return false }
    walker.worth = max(1, factor)
    return true
  }

  /// A start at a connector has no other to go to.
  @inline(__always)
  func placed(_ walker: inout Walker, degree: Int) {
    if walker.state == PixieState.connector { walker.worth = max(1, factor(degree: degree)) }
  }

  func acceptance(of node: UInt32, by walker: Walker) -> Double { 1 }

  /// Refused draws use up steps instead: what is counted is the mean, not the draw.
  var isExact: Bool { false }

  var plain: PlainRule? {
    PlainRule(preference: isUniform ? nil : PlainRule.Preference(powers: powers, exponent: exponent, scale: scale))
  }
}

extension Pixie {
  /// How many connectors of a source are looked at for the pivot.
  private static let sampleSize = 1024

  /// The preference for a query: its pivot is the mean degree of connectors next to the sources.
  func preference(for starts: [WalkStart]) throws(GraphError) -> ConnectorPreference {
    guard options.connectorExponent != 1 else {
      return ConnectorPreference(connectorExponent: 1, pivot: 1, powers: [])
    }
    var sum = 0
    var count = 0
    for start in starts {
      if start.isConnector {
        sum += try inward.degree(of: start.node.index)
        count += 1
        continue
      }
      let row = try outward.edges(of: start.node.index)
      for edge in stride(from: row.lowerBound, to: row.upperBound, by: max(1, row.count / Self.sampleSize)) {
        sum += try inward.degree(of: try outward.neighbor(at: edge))
        count += 1
      }
    }
    return ConnectorPreference(
      connectorExponent: options.connectorExponent, pivot: count == 0 ? 1 : max(1, Double(sum) / Double(count)),
      powers: powers)
  }
}
