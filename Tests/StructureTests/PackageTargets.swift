/// The targets of a `Package.swift` that are the product's and not its tests', with what they depend on.
struct PackageTargets {
    private(set) var dependencies: [String: Set<String>] = [:]

    init(_ manifest: String) throws {
        let products = manifest.matches(
            of: /let (\w+): Target\.Dependency = \.product\(\s*name: "(\w+)"/
        ).map { (String($0.output.1), String($0.output.2)) }
        let names = Dictionary(products) { first, _ in first }
        let targets = manifest.matches(
            of: /\.(target|executableTarget|systemLibrary|testTarget|plugin|macro)\(\s*name: "(\w+)"/
        )
        for (index, target) in targets.enumerated() {
            let end = index + 1 < targets.count ? targets[index + 1].range.lowerBound : manifest.endIndex
            let body = manifest[target.range.upperBound..<end]
            let name = String(target.output.2)
            guard target.output.1 != "testTarget",
                !["TestSupport", "ProgramSupport", "IndexSupport", "FuzzTargets", "Fuzz"].contains(name)
            else { continue }
            let list = body.firstMatch(of: /dependencies: \[([^\]]*)\]/)?.output.1 ?? ""
            dependencies[name] = Set(
                list.split(separator: ",").map { $0.trimmingPrefix { $0.isWhitespace } }
                    .filter { !$0.allSatisfy(\.isWhitespace) }
                    .map { word in
                        let word = String(word.prefix { !$0.isWhitespace })
                        return names[word] ?? word.filter { $0 != "\"" }
                    }
            )
        }
    }
}
