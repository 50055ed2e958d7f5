// swift-tools-version: 6.2

import PackageDescription

// A package of its own, since all that it builds is instrumented for libFuzzer. tools/fuzz links it.
let package = Package(
  name: "Fuzz",
  products: [.library(name: "Entry", type: .static, targets: ["Entry"])],
  dependencies: [.package(name: "finalverse", path: "../..")],
  targets: [
    .target(
      name: "Entry",
      dependencies: [.product(name: "Fuzzing", package: "finalverse")],
      swiftSettings: [.treatAllWarnings(as: .error)])
  ],
  swiftLanguageModes: [.v6]
)
