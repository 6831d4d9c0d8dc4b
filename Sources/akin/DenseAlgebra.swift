import AkinEngine
import AkinLinearAlgebra
import Glibc

/// Begins the process anew where OpenBLAS has taken the processor for a weaker one and a command will multiply dense
/// matrices.
enum DenseAlgebra {
  /// What is trained, and files that come from training, by any command that has a method.
  private static let commands: Set = ["train", "evaluate", "tune", "neighbors", "refresh"]
  private static let options: Set = ["--model", "--embeddings", "--params", "--replay"]

  /// - Parameter arguments: of the process, its name first.
  static func needed(by arguments: [String]) -> Bool {
    guard arguments.count > 1 else { return false }
    let methods = Set(MethodRegistry.propagation.map(\.name))
    // Names of methods stand after a space or an equals sign.
    return commands.contains(arguments[1])
      || arguments.dropFirst(2).contains { word in
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        return options.contains(parts.first ?? "") || methods.contains(parts.last ?? "")
      }
  }

  /// Goes on as before where the process cannot be begun anew.
  static func prepare() {
    guard let fitting = OpenBLASKernels.fitting, needed(by: CommandLine.arguments) else { return }
    _ = unsafe setenv(OpenBLASKernels.variable, fitting, 1)
    _ = unsafe execv("/proc/self/exe", CommandLine.unsafeArgv)
  }
}
