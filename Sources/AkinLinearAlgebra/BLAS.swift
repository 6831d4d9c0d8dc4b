import COpenBLAS

/// OpenBLAS and LAPACK as they are used here: by one thread a call, since the work is cut outside, in the same way on every
/// machine, so that sums do not depend on the number of cores.
enum BLAS {
  /// Touch before the first call.
  static let isSerial: Bool = {
    openblas_set_num_threads(1)
    return true
  }()
}

/// What can go wrong in linear algebra.
public enum LinearAlgebraError: Error, Equatable, CustomStringConvertible {
  /// A matrix that had to be positive definite is not.
  case notPositiveDefinite(place: String, order: Int)
  case notConverged(place: String)
  case notFinite(place: String)

  public var description: String {
    switch self {
    case .notPositiveDefinite(let place, let order):
      "\(place): the leading minor of order \(order) is not positive, expected a positive definite matrix; more "
        + "regularisation makes it one"
    case .notConverged(let place): "\(place): the eigenvalue iteration did not converge"
    case .notFinite(let place): "\(place): found an element that is not a finite number"
    }
  }
}
