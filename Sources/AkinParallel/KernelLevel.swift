import CAkinKernels

/// Which vector instructions the inner loops of this process use; the same for all of them, chosen once.
///
/// The highest that the host has, unless the environment variable `AKIN_ISA` pins another. Counts are the same at every
/// level; sums of 32-bit floats may differ in the last bits, as the higher ones fuse a product and a sum.
public enum KernelLevel: String, Sendable, CaseIterable {
  /// What every host has.
  case `default`
  /// AVX2, FMA and BMI2.
  case v3
  /// AVX-512 F, BW, VL and DQ besides.
  case v4

  /// Name of the environment variable that pins a level.
  public static let variable = "AKIN_ISA"

  /// The level in use.
  public static var current: KernelLevel { KernelLevel(code: akin_isa_level())! }
  /// Those that this host has, ascending.
  public static var available: [KernelLevel] { allCases.filter { akin_isa_has($0.code) != 0 } }

  /// Refuses a pinned level that is not to be had.
  ///
  /// - Throws: `KernelLevelError`.
  public static func check() throws(KernelLevelError) {
    let request = akin_isa_request()
    guard request != AKIN_ISA_NOT_SET, KernelLevel(code: request).map({ available.contains($0) }) != true else {
      return
    }
    throw KernelLevelError(found: KernelLevel(code: request), expected: available)
  }

  private var code: Int32 {
    switch self {
    case .default: 0
    case .v3: 3
    case .v4: 4
    }
  }

  private init?(code: Int32) {
    guard let found = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = found
  }
}

/// `AKIN_ISA` names a level that there is not, or that this host does not have.
public struct KernelLevelError: Error, Equatable, CustomStringConvertible {
  /// `nil` for a name of no level.
  public var found: KernelLevel?
  /// What this host has, ascending.
  public var expected: [KernelLevel]

  public var description: String {
    let known = expected.map(\.rawValue).joined(separator: ", ")
    return found.map {
      "\(KernelLevel.variable) asks for '\($0.rawValue)', which this machine lacks, expected one of \(known)"
    }
      ?? "\(KernelLevel.variable) names no instruction set, expected one of \(known)"
  }
}
