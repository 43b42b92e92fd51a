// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who builds Gridkin builds its benchmarks.
let package = Package(
    name: "gridkin-benchmarks",
    dependencies: [.package(name: "gridkin", path: "..")],
    targets: [
        .executableTarget(
            name: "SearchBenchmark",
            dependencies: [.product(name: "VectorIndex", package: "gridkin")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
        )
    ]
)
