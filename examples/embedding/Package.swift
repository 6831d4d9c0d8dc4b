// swift-tools-version: 6.2
import PackageDescription

// A program of your own with Akin in it. Elsewhere, give the package by its URL instead of its path.
let package = Package(
  name: "embedding",
  dependencies: [.package(name: "akin", path: "../..")],
  targets: [
    .executableTarget(name: "embedding", dependencies: [.product(name: "Akin", package: "akin")])
  ]
)
