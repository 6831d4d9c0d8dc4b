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

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies, swiftSettings: settings)
}

let package = Package(
  name: "akin",
  products: [
    .library(name: "Akin", targets: ["AkinRanking", "AkinParallel", "AkinDiagrams"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // Tier 0: the words of a question and its answer; all cores with the same answer.
    library("AkinParallel"),
    library("AkinRanking"),

    // Tier 2: pictures of neighbourhoods. Graphviz is a system library, imported here alone.
    .systemLibrary(
      name: "CGraphviz", pkgConfig: "libgvc", providers: [.apt(["libgraphviz-dev", "fonts-dejavu-core"])]),
    library("AkinDiagrams", ["CGraphviz"]),

    // Tests' conveniences: seeded generators, naive references, temporary folders.
    .target(name: "TestSupport", dependencies: ["AkinParallel", "AkinRanking"], path: "Tests/TestSupport", swiftSettings: settings),
    tests("AkinParallel", []),
    tests("AkinRanking", []),
    tests("AkinDiagrams", ["AkinParallel"]),
  ]
)
