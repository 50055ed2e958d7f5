// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that who builds Finalverse need not build what measures it.
let package = Package(
  name: "Benchmarks",
  products: [.library(name: "Allocations", type: .dynamic, targets: ["allocations"])],
  dependencies: [.package(name: "finalverse", path: "../..")],
  targets: [
    .target(name: "allocations"),
    .executableTarget(name: "load", linkerSettings: [.linkedLibrary("lmdb")]),
    .executableTarget(
      name: "append",
      dependencies: [.product(name: "EventLog", package: "finalverse")],
      swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "rank",
      dependencies: [
        .product(name: "Projection", package: "finalverse"),
        .product(name: "Schema", package: "finalverse"),
      ],
      swiftSettings: [.treatAllWarnings(as: .error)]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17
)
