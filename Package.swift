// swift-tools-version: 6.2
import PackageDescription

// CI turns warnings into errors for our own targets; a user's newer compiler must not fail on a warning it invented.
let inCI = Context.environment["CI"] != nil

let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .strictMemorySafety(),
  ] + (inCI ? [.treatAllWarnings(as: .error)] : [])

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies, swiftSettings: settings)
}

let package = Package(
  name: "akin",
  products: [
    .library(
      name: "Akin",
      targets: [
        "AkinDiagrams", "AkinEngine", "AkinEvaluation", "AkinFormats", "AkinGraph", "AkinNeighbors", "AkinPageRank",
        "AkinLinearAlgebra", "AkinParallel", "AkinPropagation", "AkinRanking", "AkinWalks",
      ]),
    .executable(name: "akin", targets: ["akin"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // What Swift cannot say: requests for memory, vector instructions behind plain C functions. Any tier may import it.
    .target(name: "CAkinKernels"),

    // Tier 0: the words of a question and its answer; all cores with the same answer.
    library("AkinParallel", ["CAkinKernels"]),
    library("AkinRanking"),

    // Tier 1: the graph store; metrics and statistics over lists of ids, which know no graph and no model.
    library("AkinGraph", ["AkinParallel", "AkinRanking", "CAkinKernels"]),
    library("AkinEvaluation", ["AkinParallel"]),
    // Matrices, sparse and dense, which know no graph either.
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    library("AkinLinearAlgebra", ["AkinParallel", "CAkinKernels", "COpenBLAS"]),

    // Tier 2: methods, formats and diagrams; siblings do not import each other.
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CLZMA", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    library(
      "AkinFormats",
      [
        "AkinGraph", "AkinLinearAlgebra", "AkinParallel", "AkinRanking", "CAkinKernels", "CZlib", "CLZMA", "CZstd",
        "CSQLite", .product(name: "Yams", package: "Yams"),
      ]),
    .systemLibrary(name: "CGraphviz", pkgConfig: "libgvc", providers: [.apt(["libgraphviz-dev"])]),
    .systemLibrary(name: "CPango", pkgConfig: "cairo", providers: [.apt(["libpango1.0-dev"])]),
    .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    library("AkinDiagrams", ["AkinGraph", "AkinRanking", "CGraphviz", "CPango", "CTurboJPEG", "CZlib"]),
    // C++ behind a C header; hnswlib is headers alone (Debian: libhnswlib-dev), so there is nothing to link.
    .target(name: "CHNSW"),
    library(
      "AkinNeighbors", ["AkinGraph", "AkinLinearAlgebra", "AkinParallel", "AkinRanking", "CAkinKernels", "CHNSW"]),
    library("AkinWalks", ["AkinGraph", "AkinParallel", "AkinRanking", "CAkinKernels"]),

    // Tier 3: methods that may build on those of tier 2.
    library("AkinPageRank", ["AkinGraph", "AkinParallel", "AkinRanking", "CAkinKernels"]),
    library("AkinPropagation", ["AkinGraph", "AkinLinearAlgebra", "AkinParallel", "AkinRanking"]),

    // Tier 4: one open graph, named methods, names that people use.
    library(
      "AkinEngine",
      [
        "AkinDiagrams", "AkinEvaluation", "AkinFormats", "AkinGraph", "AkinLinearAlgebra", "AkinNeighbors",
        "AkinPageRank", "AkinParallel", "AkinPropagation", "AkinRanking", "AkinWalks",
      ]),

    // Top: the command line.
    .executableTarget(
      name: "akin",
      dependencies: [
        "AkinDiagrams", "AkinEngine", "AkinEvaluation", "AkinFormats", "AkinGraph", "AkinLinearAlgebra",
        "AkinNeighbors", "AkinPageRank", "AkinParallel", "AkinRanking", "AkinWalks", "CAkinKernels",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: settings),

    // Tests' conveniences: seeded generators, random graphs, temporary folders.
    .target(
      name: "TestSupport", dependencies: ["AkinGraph", "AkinParallel", "AkinRanking"], path: "Tests/TestSupport",
      swiftSettings: settings),
    tests("AkinParallel"),
    tests("AkinRanking"),
    tests("AkinGraph", ["AkinParallel", "AkinRanking"]),
    tests("AkinEvaluation", ["AkinParallel"]),
    tests(
      "AkinFormats",
      ["AkinGraph", "AkinLinearAlgebra", "AkinParallel", "AkinRanking", "CZlib", "CLZMA", "CZstd", "CSQLite"]),
    tests("AkinDiagrams", ["AkinFormats", "AkinGraph", "AkinParallel", "AkinRanking", "CPango"]),
    tests("AkinNeighbors", ["AkinGraph", "AkinLinearAlgebra", "AkinParallel", "AkinRanking", "CAkinKernels"]),
    // Counts what is taken from the heap, in place of the functions that take it.
    .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
    tests("AkinWalks", ["AkinGraph", "AkinParallel", "AkinRanking", "CAkinKernels", "CAllocationCount"]),
    tests("AkinPageRank", ["AkinGraph", "AkinParallel", "AkinRanking", "CAkinKernels", "CAllocationCount"]),
    tests("AkinLinearAlgebra", ["AkinParallel", "CAkinKernels", "COpenBLAS"]),
    tests("AkinPropagation", ["AkinGraph", "AkinLinearAlgebra", "AkinParallel", "AkinRanking"]),
    tests("AkinEngine", ["AkinDiagrams", "AkinEvaluation", "AkinFormats", "AkinGraph", "AkinParallel", "AkinRanking"]),
    tests("akin", ["AkinParallel"]),
  ],
  cxxLanguageStandard: .cxx17
)
