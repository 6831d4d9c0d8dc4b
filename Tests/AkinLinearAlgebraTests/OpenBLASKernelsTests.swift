import AkinParallel
import Testing

@testable import AkinLinearAlgebra

@Suite struct OpenBLASKernelsTests {
  @Test func `kernels for SSE give way to those of the processor, others are left alone`() {
    func fitting(_ name: String, _ level: KernelLevel) -> String? {
      OpenBLASKernels.fitting(insteadOf: name, at: level)
    }
    #expect(fitting("Prescott", .v4) == "SkylakeX")
    #expect(fitting("Prescott", .v3) == "Haswell")
    #expect(fitting("Prescott", .default) == nil)
    for name in ["SkylakeX", "Zen", "Haswell", "Cooperlake", "Sapphirerapids", "Sandybridge"] {
      #expect(fitting(name, .v4) == nil)
    }
    #expect(!OpenBLASKernels.inUse.isEmpty)
  }
}
