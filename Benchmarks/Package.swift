// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who uses Akin resolves or builds it.
let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "akin", path: "../")],
  targets: [
    // What memory can do, beside which walks are timed.
    .target(name: "CReads"),
    .executableTarget(
      name: "Benchmarks", dependencies: [.product(name: "Akin", package: "akin"), "CReads"],
      swiftSettings: [.enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("ExistentialAny")])
  ]
)
