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

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
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
            targets: [
                "Statistics", "Readings", "Grid", "Verdicts", "Windows", "Encoder", "VectorIndex",
                "LineProtocol",
            ]
        ),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        // Without its defaults: the program reads its settings itself.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C libraries as Debian ships them.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .target(
            name: "CFaiss",
            linkerSettings: [
                .linkedLibrary("faiss"), .linkedLibrary("openblas"), .linkedLibrary("gomp"),
                .linkedLibrary("m"),
            ]
        ),

        .target(name: "CForest"),
        .target(name: "COpenBLASKernel", linkerSettings: [.linkedLibrary("openblas")]),

        // Floor by floor: a target imports only targets listed above it.
        .target(name: "Statistics", swiftSettings: strict),
        .target(name: "Tasks", swiftSettings: strict),
        .target(name: "Text", swiftSettings: strict),
        .target(name: "S3", dependencies: ["CCrypto"], swiftSettings: strict),
        .target(name: "SettingsFile", dependencies: ["Text", yams], swiftSettings: strict),
        .target(
            name: "VectorIndex",
            dependencies: ["CFaiss"],
            swiftSettings: strict + [.strictMemorySafety()]
        ),
        .target(name: "Readings", dependencies: ["Statistics", "Text"], swiftSettings: strict),
        .target(
            name: "ReadingSources",
            dependencies: ["Readings", "Statistics", "Text", "CZlib", "CArchive", sqlite],
            swiftSettings: strict
        ),
        .target(
            name: "Downloads",
            dependencies: ["ReadingSources", "S3", asyncHTTPClient, nioCore, nioHTTP1, nioPosix, nioSSL],
            swiftSettings: strict
        ),
        .target(
            name: "Grid",
            dependencies: ["Readings", "ReadingSources", "Statistics", "Text"],
            swiftSettings: strict
        ),
        .target(name: "Verdicts", dependencies: ["Readings"], swiftSettings: strict),
        .target(name: "Incidents", dependencies: ["Readings", "Verdicts"], swiftSettings: strict),
        .target(name: "Windows", dependencies: ["Statistics", "Readings"], swiftSettings: strict),
        .target(
            name: "Encoder",
            dependencies: ["Statistics", "Windows", "COpenBLAS", "COpenBLASKernel"],
            swiftSettings: strict
        ),
        .target(name: "Charts", dependencies: ["Text"], swiftSettings: strict),
        .target(
            name: "DetectionMetrics",
            dependencies: ["Statistics", "Tasks", "Readings", "Windows"],
            swiftSettings: strict
        ),
        .target(
            name: "Detection",
            dependencies: [
                "Statistics", "Tasks", "Readings", "Verdicts", "Windows", "Encoder", "VectorIndex", "CForest",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Baselines",
            dependencies: ["Statistics", "Tasks", "Encoder", "VectorIndex"],
            swiftSettings: strict
        ),
        .target(
            name: "Storage",
            dependencies: [
                "Statistics", "Tasks", "Readings", "Verdicts", "Incidents", "Windows", "Encoder", "VectorIndex",
                "Detection",
                "CCrypto", grdb, sqlite,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Engine",
            dependencies: [
                "Statistics", "Tasks", "Text", "Readings", "Verdicts", "Incidents", "Windows", "Encoder",
                "VectorIndex", "Detection",
                "Storage",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Training",
            dependencies: [
                "Statistics", "Tasks", "Readings", "Verdicts", "Windows", "Encoder", "VectorIndex", "DetectionMetrics",
                "Detection", "Storage",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Reports",
            dependencies: [
                "Statistics", "Readings", "Verdicts", "Windows", "Encoder", "VectorIndex", "DetectionMetrics",
                "Detection",
                "Storage", "Engine", "Training", "Charts",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Comparisons",
            dependencies: [
                "Statistics", "Tasks", "Readings", "Verdicts", "Windows", "Encoder", "DetectionMetrics", "Baselines",
                "Detection", "Storage", "Engine", "Training",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "LineProtocol",
            dependencies: ["Readings", "Text", "Verdicts", "Incidents", nioCore],
            swiftSettings: strict
        ),
        .target(
            name: "Gateway",
            dependencies: ["Storage", "Engine", "Readings", "Verdicts", "Incidents", logging, serviceLifecycle],
            swiftSettings: strict
        ),
        .target(
            name: "Sinks",
            dependencies: [
                "Storage", "Gateway", "LineProtocol", "Text", "Readings", "Verdicts", "Incidents", "CCrypto",
                asyncHTTPClient, nioCore, nioHTTP1, nioPosix, logging, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Sockets",
            dependencies: ["Gateway", nioCore, nioPosix, nioSSL, nioTLS],
            swiftSettings: strict
        ),
        .target(
            name: "LineServer",
            dependencies: [
                "Gateway", "Sockets", "LineProtocol", "Readings", "Verdicts", "Incidents", nioCore, nioPosix,
                logging, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Web",
            dependencies: [
                "Gateway", "Sockets", "LineProtocol", "Verdicts", nioCore, nioHTTP1, logging, hummingbird,
                hummingbirdCore, httpTypes, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "gridkin",
            dependencies: [
                "Encoder", "VectorIndex", "DetectionMetrics", "Detection", "Storage", "Engine", "Training", "Reports",
                "Comparisons", "Gateway", "Sockets", "LineServer", "CMalloc", "Web",
                "LineProtocol", "Readings", "ReadingSources", "Downloads", "Grid", "Text", "Tasks", "Verdicts",
                "Incidents", "Sinks", "SettingsFile",
                argumentParser, logging,
                nioCore, nioEmbedded, nioSSL,
                serviceLifecycle, unixSignals,
            ],
            swiftSettings: strict
        ),

        // Tests, one target for each target of the product. ProgramTests and ClockTests run the built program; bin/test
        // describes which suites belong to which.
        .target(
            name: "TestSupport",
            dependencies: ["Statistics", "Readings", "Windows", "Encoder"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .testTarget(name: "TextTests", dependencies: ["Statistics", "Text", "TestSupport"], swiftSettings: strict),
        .target(
            name: "ProgramSupport",
            dependencies: ["Statistics", "TestSupport"],
            path: "Tests/ProgramSupport",
            swiftSettings: strict
        ),
        .testTarget(name: "SettingsFileTests", dependencies: ["SettingsFile"], swiftSettings: strict),
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
        .testTarget(
            name: "ReadingSourcesTests",
            dependencies: ["Statistics", "Readings", "ReadingSources", "TestSupport", grdb],
            swiftSettings: strict
        ),
        .testTarget(
            name: "S3Tests",
            dependencies: ["S3", "Statistics", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DownloadsTests",
            dependencies: ["Downloads", "ReadingSources", "Readings", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GridTests",
            dependencies: ["Readings", "ReadingSources", "Grid", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WindowsTests",
            dependencies: ["Statistics", "Readings", "Windows", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EncoderTests",
            dependencies: ["Statistics", "Encoder", "Windows", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "IncidentsTests",
            dependencies: ["Readings", "Verdicts", "Incidents"],
            swiftSettings: strict
        ),
        .testTarget(name: "ChartsTests", dependencies: ["Charts"], swiftSettings: strict),
        .target(
            name: "IndexSupport",
            dependencies: [
                "Statistics", "Readings", "Verdicts", "Windows", "Encoder", "VectorIndex", "Detection",
                "Storage", "Training",
                "Grid", "TestSupport", grdb,
            ],
            path: "Tests/IndexSupport",
            swiftSettings: strict
        ),
        .testTarget(
            name: "DetectionMetricsTests",
            dependencies: ["Statistics", "Readings", "DetectionMetrics"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DetectionTests",
            dependencies: [
                "Statistics", "Readings", "Verdicts", "VectorIndex", "Detection", "TestSupport",
                "IndexSupport",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "BaselinesTests",
            dependencies: ["Readings", "VectorIndex", "Baselines", "TestSupport", "IndexSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "StorageTests",
            dependencies: [
                "Statistics", "Readings", "Verdicts", "Incidents", "Detection", "Storage", "TestSupport",
                "IndexSupport", grdb,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Statistics", "Readings", "Verdicts", "Encoder", "VectorIndex", "DetectionMetrics", "Detection",
                "Storage",
                "Engine", "Training", "TestSupport", "IndexSupport",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "Statistics", "Tasks", "Readings", "Verdicts", "Windows", "Encoder", "VectorIndex",
                "Incidents", "Detection",
                "Storage", "Engine", "Training", "Comparisons", "Grid", "TestSupport", "IndexSupport", grdb,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LineProtocolTests",
            dependencies: [
                "LineProtocol", "Statistics", "Readings", "TestSupport", "Verdicts", "Incidents", nioCore,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Storage", "Engine", "Training", "Gateway", "Grid", "Readings", "TestSupport", "Verdicts",
                logging, serviceLifecycle, grdb,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SinksTests",
            dependencies: [
                "Sinks", "Gateway", "Storage", "Incidents", "Readings", "Verdicts", "Statistics", "TestSupport",
                "ProgramSupport", "IndexSupport", nioCore, nioPosix, nioHTTP1, logging, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LineServerTests",
            dependencies: [
                "LineServer", "Sockets", "LineProtocol", "Gateway", "Storage", "Engine", "Readings", "Verdicts",
                "TestSupport", "IndexSupport", nioCore, logging, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Storage", "Detection", "Encoder", "LineProtocol", "Readings", "ReadingSources", "S3", "SettingsFile",
                "Verdicts", nioCore,
            ],
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
            dependencies: ["LineProtocol", "Statistics", "ProgramSupport", "TestSupport", grdb],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ClockTests",
            dependencies: ["Statistics", "ProgramSupport", "TestSupport", "IndexSupport"],
            swiftSettings: strict
        ),
    ],
    cxxLanguageStandard: .cxx17
)

// Holidays come as iCalendar too, if Debian's libical-dev is installed; without it, such a file is refused.
if FileManager.default.fileExists(atPath: "/usr/include/libical/ical.h") {
    package.targets.append(.target(name: "CIcal", linkerSettings: [.linkedLibrary("ical")]))
    package.targets.first { $0.name == "ReadingSources" }?.dependencies.append("CIcal")
}

// Incidents go to MQTT too, if Debian's libpaho-mqtt-dev is installed; without it, a sink of that kind is refused.
if FileManager.default.fileExists(atPath: "/usr/include/MQTTClient.h") {
    package.targets.append(.target(name: "CPaho", linkerSettings: [.linkedLibrary("paho-mqtt3cs")]))
    package.targets.first { $0.name == "Sinks" }?.dependencies.append("CPaho")
}

// A separate program trains neural encoders. It is built only if Debian's libtorch-dev is installed. Nothing else needs
// libtorch: forward passes are computed without it.
let torchHeaders = "/usr/include/torch/csrc/api/include"
if FileManager.default.fileExists(atPath: torchHeaders + "/torch/nn.h") {
    package.products.append(.executable(name: "gridkin-trainer", targets: ["GridkinTrainer"]))
    package.targets += [
        .target(
            name: "CTorch",
            cxxSettings: [.unsafeFlags(["-isystem", torchHeaders])],
            linkerSettings: [.linkedLibrary("torch"), .linkedLibrary("torch_cpu"), .linkedLibrary("c10")]
        ),
        .target(name: "TorchTraining", dependencies: ["CTorch", "Encoder"], swiftSettings: strict),
        .executableTarget(
            name: "GridkinTrainer",
            dependencies: ["TorchTraining", argumentParser],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TorchTrainingTests",
            dependencies: ["TorchTraining", "Statistics", "Windows", "Encoder", "TestSupport"],
            swiftSettings: strict
        ),
    ]
}

// Only for `Tests/Torture/run fuzz`: libFuzzer has its own `main`, so an ordinary build excludes this target.
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
