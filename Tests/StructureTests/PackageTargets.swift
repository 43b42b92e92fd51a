/// The targets of a `Package.swift` with their dependencies, in the order in which they are listed.
struct PackageTargets {
    struct Target {
        let name: String
        /// The names of other targets and of libraries.
        let dependencies: Set<String>
    }

    /// The targets of the product.
    private(set) var product: [Target] = []
    /// The tests, and the targets that support them: all that lie in `Tests`.
    private(set) var tests: [Target] = []

    init(_ manifest: String) throws {
        let libraries = manifest.matches(
            of: /let (\w+): Target\.Dependency = \.product\(\s*name: "(\w+)"/
        ).map { (String($0.output.1), String($0.output.2)) }
        let libraryOfConstant = Dictionary(libraries) { first, _ in first }
        let targets = manifest.matches(
            of: /\.(target|executableTarget|systemLibrary|testTarget|plugin|macro)\(\s*name: "(\w+)"/
        )
        for (index, target) in targets.enumerated() {
            let end = index + 1 < targets.count ? targets[index + 1].range.lowerBound : manifest.endIndex
            let body = manifest[target.range.upperBound..<end]
            let list = body.firstMatch(of: /dependencies: \[([^\]]*)\]/)?.output.1 ?? ""
            let names = list.split(separator: ",").compactMap { item -> String? in
                let word = item.drop(while: \.isWhitespace).prefix { !$0.isWhitespace }
                return word.isEmpty ? nil : libraryOfConstant[String(word)] ?? word.filter { $0 != "\"" }
            }
            let found = Target(name: String(target.output.2), dependencies: Set(names))
            let isTest = target.output.1 == "testTarget" || body.contains("path: \"Tests/")
            if isTest { tests.append(found) } else { product.append(found) }
        }
    }
}
