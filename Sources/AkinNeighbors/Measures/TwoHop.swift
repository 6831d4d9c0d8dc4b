import Glibc

/// The general two-hop kernel: (d_i^−a · d_j^−c · Σ_u x_iu · x_ju · d_u^−g)^s; at least 0.
///
/// a = c = ½, g = 0 is the binary cosine; a = c = 0, g = 1 resource allocation; a = g = α, c = 0 is P3α, and c = β makes
/// it RP3β.
///
/// Source: Paudel, Christoffel, Newell & Bernstein, "Updatable, accurate, diverse, and scalable recommendations for
/// interactive applications", ACM TiiS 7(1), 2016, doi:10.1145/2955101, for P3α and RP3β.
public struct TwoHop: SimilarityMeasure {
  /// a: how much the degree of the source counts against a pair.
  public let sourceExponent: Double
  /// c: how much the degree of the candidate does; the popularity dial.
  public let targetExponent: Double
  /// g: how much the degree of a connector does.
  public let connectorExponent: Double
  /// s: the power of the whole; above 0.
  public let power: Double

  /// Exponents may be any numbers, those below 0 prefer hubs; `power` is above 0.
  public init(sourceExponent: Double, targetExponent: Double, connectorExponent: Double, power: Double = 1) {
    precondition(power > 0, "power must be above 0, found \(power)")
    self.sourceExponent = sourceExponent
    self.targetExponent = targetExponent
    self.connectorExponent = connectorExponent
    self.power = power
  }
  public var needs: MeasureNeeds { connectorExponent == 0 ? [] : [.connectors] }
  public func weight(of connector: NodeTotals, in population: Population) -> Double {
    Self.power(Double(connector.degree), -connectorExponent)
  }
  public func score(_ sum: Double, overlap: Int, left: NodeProfile, right: NodeProfile, in population: Population)
    -> Double
  {
    let scaled =
      sum * Self.power(Double(left.degree), -sourceExponent) * Self.power(Double(right.degree), -targetExponent)
    return power == 1 ? scaled : pow(scaled, power)
  }

  /// A power, without its cost where the exponent is one of those that people use most.
  private static func power(_ base: Double, _ exponent: Double) -> Double {
    switch exponent {
    case 0: 1
    case -0.5: 1 / base.squareRoot()
    case -1: 1 / base
    default: pow(base, exponent)
    }
  }
}
