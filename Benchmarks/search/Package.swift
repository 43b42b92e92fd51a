// swift-tools-version: 6.2
import PackageDescription

// A package of its own: building Gridkin does not build it.
let package = Package(
    name: "gridkin-search-benchmark",
    dependencies: [.package(name: "gridkin", path: "../..")],
    targets: [
        .executableTarget(
            name: "SearchBenchmark",
            dependencies: [.product(name: "VectorIndex", package: "gridkin")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
        )
    ]
)
