import AkinParallel
import COpenBLAS
import Glibc

/// Which kernels OpenBLAS multiplies dense matrices with.
///
/// OpenBLAS knows processors by their numbers and takes one that is younger than itself for the oldest it supports, so that
/// products take several times as long as they need to. It reads an environment variable as it is loaded, and
/// cannot be told otherwise later.
public enum OpenBLASKernels {
  /// The environment variable that pins them; read as a process begins.
  public static let variable = "OPENBLAS_CORETYPE"

  /// Those of this process, such as `SkylakeX`.
  public static var inUse: String { unsafe String(cString: openblas_get_corename()) }

  /// Those to begin a process with in place of the ones in use; `nil` where they fit the processor, or are pinned.
  public static var fitting: String? {
    guard unsafe getenv(variable) == nil else { return nil }
    return fitting(insteadOf: inUse, at: .current)
  }

  /// Kernels for SSE alone are far from what AVX2 and AVX-512 can do.
  static func fitting(insteadOf inUse: String, at level: KernelLevel) -> String? {
    guard ["Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Generic"].contains(inUse) else { return nil }
    switch level {
    case .default: return nil
    case .v3: return "Haswell"
    case .v4: return "SkylakeX"
    }
  }
}
