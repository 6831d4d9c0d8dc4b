import Glibc

extension FrequencyResponse {
  /// A response that is 1 for the lowest frequency, 0 for the highest and flat around ½ between them, as a sum of
  /// Chebyshev polynomials:
  ///
  ///     h(ξ) = ½ + ½·(−ξ)^φ for ξ < 0,   ½ − ½·ξ^φ for ξ ≥ 0,   on the spectrum ξ of I − 2M.
  ///
  /// - Parameters:
  ///   - flatness: φ, above 0; the higher, the wider the plateau.
  ///   - order: degree of the polynomial, at least 1.
  ///
  /// The target is sampled at ξⱼ = cos((K − j)π / K) with three decimals and taken for its value at the nodes of Chebyshev's
  /// interpolation, which are others: so do those who published it, and their results depend on it.
  ///
  /// Source: Kim et al., "Graph spectral filtering with Chebyshev interpolation for recommendation", SIGIR 2025,
  /// arXiv:2505.00552.
  public static func plateau(flatness: Double, order: Int) -> FrequencyResponse {
    precondition(flatness > 0 && order >= 1, "a plateau needs a flatness above 0 and an order of at least 1")
    func rounded(_ value: Double) -> Double { (value * 1000).rounded(.toNearestOrEven) / 1000 }
    let targets = (0...order).map { j in
      let frequency = rounded(cos(Double(order - j) / Double(order) * .pi))
      return rounded(frequency < 0 ? 0.5 + 0.5 * pow(-frequency, flatness) : 0.5 - 0.5 * pow(frequency, flatness))
    }
    let coefficients = (0...order).map { k in
      let sum = (0...order).reduce(0.0) { sum, j in
        // Tₖ(cos θ) = cos(kθ).
        sum + targets[j] * cos(Double(k) * (Double(order) + 0.5 - Double(j)) / Double(order + 1) * .pi)
      }
      return sum * (k == 0 ? 1 : 2) / Double(order + 1)
    }
    return .chebyshev(coefficients)
  }

  /// What sharpening leaves of one blur: M·(1 − z·M + z²·M²/2 − …) up to the fourth order, which is one step of
  /// Runge-Kutta for dy/dt = −y·M over a time z.
  ///
  /// Source: Choi et al., "Blurring-sharpening process models for collaborative filtering", SIGIR 2023, arXiv:2211.09324.
  public static func sharpenedBlur(time z: Double) -> FrequencyResponse {
    .powers([0, 1, -z, z * z / 2, -z * z * z / 6, z * z * z * z / 24])
  }
}
