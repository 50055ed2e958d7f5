// swift-tools-version: 6.2

import PackageDescription

// The generator of the codec in Sources/Schema; started by tools/generate.
let package = Package(
  name: "codec-generator",
  dependencies: [
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0")
  ],
  targets: [
    .executableTarget(
      name: "protoc-gen-codec",
      dependencies: [
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
        .product(name: "SwiftProtobufPluginLibrary", package: "swift-protobuf"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
