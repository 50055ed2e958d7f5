// swift-tools-version: 6.2

import PackageDescription

// Entries and messages are lent as views that cannot outlive the bytes they look at.
// https://github.com/swiftlang/swift-evolution/blob/main/proposals/0446-non-escapable.md
let lifetimes = SwiftSetting.enableExperimentalFeature("Lifetimes")

let package = Package(
  name: "finalverse",
  products: [
    .executable(name: "finalverse", targets: ["finalverse"]),
    .library(name: "FinalverseClient", targets: ["Client"]),
    .library(name: "EventLog", targets: ["EventLog"]),
    .library(name: "Fuzzing", targets: ["Fuzzing"]),
    .library(name: "Projection", targets: ["Projection"]),
    .library(name: "Schema", targets: ["Schema"]),
    // Preloaded by tests into the program; see docs/proofs.md.
    .library(name: "FileRecorder", type: .dynamic, targets: ["CFileRecorder"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    // Exact: what it encodes is persisted.
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
  ],
  targets: [
    .systemLibrary(
      name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CCRC32C"),
    .target(name: "CWriteBack"),
    .target(
      name: "CFileRecorder", path: "tools/power-cut/recorder",
      linkerSettings: [.linkedLibrary("dl")]),
    .target(
      name: "Schema",
      dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
      swiftSettings: [lifetimes]),
    .target(
      name: "EventLog",
      dependencies: [
        "CLMDB", "CCRC32C", "CWriteBack", "CZlib",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: [lifetimes]),
    .target(name: "EventLogTesting", dependencies: ["EventLog"]),
    .target(
      name: "CertificateTesting",
      dependencies: [
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "X509", package: "swift-certificates"),
      ]),
    .target(
      name: "Projection",
      dependencies: [
        "CLMDB", "EventLog",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .target(
      name: "World",
      dependencies: [
        "EventLog", "Projection", "Schema",
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .target(name: "Metrics"),
    .target(
      name: "WebSocket",
      dependencies: [
        "CZlib",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
      ]),
    // A program to test the target above from outside; no part of the product.
    .executableTarget(
      name: "WebSocketEcho",
      dependencies: [
        "WebSocket",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .target(
      name: "Engine",
      dependencies: [
        "EventLog", "Metrics", "Projection", "Schema", "World",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    // Every decoder of bytes from outside, for tests and for tools/fuzz.
    .target(
      name: "Fuzzing",
      dependencies: [
        "EventLog", "Schema", "WebSocket", "World",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .target(
      name: "PersonalData", dependencies: [.product(name: "GRDB", package: "GRDB.swift")]),
    .target(
      name: "Simulation",
      dependencies: [
        "Engine", "EventLog", "EventLogTesting", "Projection", "Schema", "World",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .target(
      name: "Texts",
      dependencies: [
        "Engine", "EventLog", "PersonalData", "World",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .target(
      name: "Accounts",
      dependencies: [
        "EventLog", "PersonalData", "World",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "JWTKit", package: "jwt-kit"),
      ]),
    .target(
      name: "Gateway",
      dependencies: [
        "Accounts", "Engine", "EventLog", "Metrics", "Schema", "WebSocket", "World",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .target(
      name: "Client",
      dependencies: [
        "Schema", "WebSocket",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .target(
      name: "Bots",
      dependencies: [
        "Client", "Schema",
        .product(name: "Histogram", package: "hdrhistogram-swift"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .executableTarget(
      name: "finalverse",
      dependencies: [
        "Accounts", "Bots", "Client", "Engine", "EventLog", "Gateway", "Metrics", "Projection",
        "Schema", "Simulation", "Texts", "World",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]),
    .testTarget(
      name: "SchemaTests",
      dependencies: ["Schema", .product(name: "SwiftProtobuf", package: "swift-protobuf")]),
    .testTarget(
      name: "EventLogTests",
      dependencies: [
        "CCRC32C", "EventLog", "EventLogTesting", .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .testTarget(
      name: "ProjectionTests",
      dependencies: [
        "EventLog", "Projection", "Schema",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .testTarget(name: "MetricsTests", dependencies: ["Metrics"]),
    .testTarget(
      name: "WebSocketTests",
      dependencies: [
        "WebSocket",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
      ]),
    .testTarget(name: "WorldTests", dependencies: ["EventLog", "Projection", "Schema", "World"]),
    .testTarget(
      name: "EngineTests",
      dependencies: [
        "Engine", "EventLog", "EventLogTesting", "Metrics", "Projection", "Schema", "World",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "Engine", "EventLog", "EventLogTesting", "Projection", "Schema", "Simulation", "World",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .testTarget(
      name: "TextsTests",
      dependencies: [
        "Engine", "EventLog", "EventLogTesting", "Texts", "World",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(
      name: "AccountsTests",
      dependencies: [
        "Accounts", "EventLog", "World",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "JWTKit", package: "jwt-kit"),
      ]),
    .testTarget(
      name: "GatewayTests",
      dependencies: [
        "Accounts", "CertificateTesting", "Client", "Engine", "EventLog", "Gateway", "Metrics",
        "Schema", "WebSocket", "World",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
      ]),
    .testTarget(
      name: "ClientTests",
      dependencies: [
        "Bots", "Client", "Schema", "WebSocket",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .testTarget(name: "FuzzingTests", dependencies: ["Fuzzing"], exclude: ["Corpus"]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "Accounts", "Bots", "CertificateTesting", "Client", "Engine", "EventLog",
        "EventLogTesting", "Gateway", "Metrics", "Projection", "Schema", "Texts", "World",
        "finalverse",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)

// Proposals: https://github.com/swiftlang/swift-evolution/tree/main/proposals
let settings: [SwiftSetting] = [
  // SE-0335: `any` is written out.
  .enableUpcomingFeature("ExistentialAny"),
  // SE-0409: an import is internal unless it says otherwise.
  .enableUpcomingFeature("InternalImportsByDefault"),
  // SE-0444: a member needs its module imported.
  .enableUpcomingFeature("MemberImportVisibility"),
  // SE-0461: async functions stay on their caller's actor.
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  // SE-0470: conformances are isolated as their type is.
  .enableUpcomingFeature("InferIsolatedConformances"),
  .treatAllWarnings(as: .error),
]

for target in package.targets where target.type != .system {
  target.swiftSettings = (target.swiftSettings ?? []) + settings
}

// Generated code is outside our hands; everything else marks each trust point `unsafe` (SE-0458).
for target in package.targets where target.type != .system && target.name != "Schema" {
  target.swiftSettings?.append(.strictMemorySafety())
}
