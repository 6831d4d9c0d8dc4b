// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who uses Akin resolves or builds it.
let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "akin", path: "../")],
  targets: [
    .executableTarget(
      name: "Benchmarks", dependencies: [.product(name: "Akin", package: "akin")],
      swiftSettings: [.enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("ExistentialAny")])
  ]
)
