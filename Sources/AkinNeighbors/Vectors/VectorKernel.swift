import CAkinKernels

/// The distance of a metric on this host.
extension VectorMetric {
  /// Smaller is nearer; scores are its negative.
  var distance: akin_distance {
    let kernels = unsafe akin_vectors().pointee
    return switch self {
    case .innerProduct: unsafe kernels.negative_dot
    case .cosine: unsafe kernels.negative_cosine
    case .euclidean: unsafe kernels.squared_distance
    }
  }
}
