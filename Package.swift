// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Applied to every Swift target, so that no module is written to laxer rules than another.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle",
    package: "swift-service-lifecycle"
)
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")

let package = Package(
    name: "gridkin",
    products: [
        .executable(name: "gridkin", targets: ["gridkin"]),
        // For the packages of Benchmarks/search and Benchmarks/stages.
        .library(name: "VectorIndex", targets: ["VectorIndex"]),
        .library(
            name: "GridkinStages",
            targets: ["Readings", "Windows", "Encoder", "VectorIndex", "LineProtocol"]
        ),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // C libraries as Debian ships them.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .target(
            name: "CFaiss",
            linkerSettings: [
                .linkedLibrary("faiss"), .linkedLibrary("openblas"), .linkedLibrary("gomp"),
                .linkedLibrary("m"),
            ]
        ),

        .target(name: "CForest"),

        // Floor by floor: a target imports only what stands above it here.
        .target(name: "Statistics", swiftSettings: strict),
        .target(name: "Tasks", swiftSettings: strict),
        .target(
            name: "VectorIndex",
            dependencies: ["CFaiss"],
            swiftSettings: strict + [.strictMemorySafety()]
        ),
        .target(name: "Readings", dependencies: ["Statistics", "CZlib"], swiftSettings: strict),
        .target(name: "Windows", dependencies: ["Readings"], swiftSettings: strict),
        .target(name: "Encoder", dependencies: ["Windows", "COpenBLAS"], swiftSettings: strict),
        .target(name: "Catalog", dependencies: [grdb, sqlite], swiftSettings: strict),
        .target(name: "Report", swiftSettings: strict),
        .target(
            name: "AnomalyIndex",
            dependencies: [
                "Statistics", "Tasks", "Readings", "Windows", "Encoder", "VectorIndex", "Catalog", "Report", "CCrypto",
                "CForest",
            ],
            swiftSettings: strict
        ),
        .target(name: "LineProtocol", dependencies: ["Readings", nioCore], swiftSettings: strict),
        .target(
            name: "Server",
            dependencies: [
                "AnomalyIndex", "LineProtocol", "Readings", nioCore, nioHTTP1, nioPosix, nioSSL, nioTLS, logging,
                serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "gridkin",
            dependencies: [
                "AnomalyIndex", "Encoder", "Server", "LineProtocol", "Readings", "Tasks", argumentParser, logging, nioCore,
                serviceLifecycle, unixSignals,
            ],
            swiftSettings: strict
        ),

        // Tests, a target for each of the product's. ProgramTests and ClockTests run the built program; bin/test says
        // which of them a suite belongs to.
        .target(
            name: "TestSupport",
            dependencies: ["Statistics", "Readings", "Windows", "Encoder"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .target(
            name: "ProgramSupport",
            dependencies: ["Statistics", "TestSupport"],
            path: "Tests/ProgramSupport",
            swiftSettings: strict
        ),
        .testTarget(
            name: "VectorIndexTests",
            dependencies: ["Statistics", "VectorIndex", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ReadingsTests",
            dependencies: ["Statistics", "Readings", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(name: "WindowsTests", dependencies: ["Statistics", "Windows", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "EncoderTests",
            dependencies: ["Statistics", "Encoder", "Windows", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(name: "ReportTests", dependencies: ["Report"], swiftSettings: strict),
        .testTarget(name: "CatalogTests", dependencies: ["Catalog", "TestSupport", grdb], swiftSettings: strict),
        .testTarget(
            name: "AnomalyIndexTests",
            dependencies: ["AnomalyIndex", "Statistics", "TestSupport", grdb],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LineProtocolTests",
            dependencies: ["LineProtocol", "Statistics", "Readings", "TestSupport", nioCore],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ServerTests",
            dependencies: ["Server", "LineProtocol", "TestSupport", nioCore, logging, serviceLifecycle],
            swiftSettings: strict
        ),
        .target(
            name: "FuzzTargets",
            dependencies: ["AnomalyIndex", "Catalog", "Encoder", "LineProtocol", "Readings", nioCore],
            path: "Tests/FuzzTargets",
            swiftSettings: strict
        ),
        .testTarget(
            name: "FuzzTests",
            dependencies: ["FuzzTargets", "Statistics", "Readings", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(name: "StructureTests", swiftSettings: strict),
        .testTarget(
            name: "ProgramTests",
            dependencies: ["LineProtocol", "Statistics", "ProgramSupport", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ClockTests",
            dependencies: ["Statistics", "ProgramSupport", "TestSupport"],
            swiftSettings: strict
        ),
    ],
    cxxLanguageStandard: .cxx17
)

// Neural encoders are trained by a program of its own, built only where Debian's libtorch-dev is installed. Nothing
// else needs it: whoever serves an index computes forward passes without.
let torchHeaders = "/usr/include/torch/csrc/api/include"
if FileManager.default.fileExists(atPath: torchHeaders + "/torch/nn.h") {
    package.products.append(.executable(name: "gridkin-trainer", targets: ["GridkinTrainer"]))
    package.targets += [
        .target(
            name: "CTorch",
            cxxSettings: [.unsafeFlags(["-isystem", torchHeaders])],
            linkerSettings: [.linkedLibrary("torch"), .linkedLibrary("torch_cpu"), .linkedLibrary("c10")]
        ),
        .target(name: "Training", dependencies: ["CTorch", "Encoder"], swiftSettings: strict),
        .executableTarget(
            name: "GridkinTrainer",
            dependencies: ["Training", argumentParser],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TrainingTests",
            dependencies: ["Training", "Statistics", "Encoder", "TestSupport"],
            swiftSettings: strict
        ),
    ]
}

// For `Tests/Torture/run fuzz` alone: libFuzzer brings a `main` of its own, so an ordinary build leaves this out.
if Context.environment["GRIDKIN_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "Fuzz",
            dependencies: ["FuzzTargets"],
            path: "Tests/Torture/Fuzz",
            swiftSettings: strict
        )
    )
}
