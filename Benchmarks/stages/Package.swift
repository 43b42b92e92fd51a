// swift-tools-version: 6.2
import PackageDescription

// A package of its own: building Gridkin, or another benchmark, does not build what this one needs.
let package = Package(
    name: "gridkin-stages-benchmark",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "gridkin", path: "../.."),
        // Without traits: those count allocations, which Benchmarks/streaming does over the socket.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .executableTarget(
            name: "Stages",
            dependencies: [
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "GridkinStages", package: "gridkin"),
            ],
            path: "Benchmarks/Stages",
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)],
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        )
    ]
)
