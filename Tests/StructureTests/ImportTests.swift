import Testing

/// Data goes one way; these fail on the first arrow that points back.
@Suite struct ImportTests {
    private static func imports(in text: String) -> [String] {
        let pattern =
            /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?(\w+)/
            .anchorsMatchLineEndings()
        return text.matches(of: pattern).map { String($0.output.1) }
    }

    @Test func everyImportIsAllowed() throws {
        let files = try SourceTree.files(under: "Sources")
        try #require(files.count > 50, "the sources are not where they are looked for")
        for file in files {
            let allowed = try #require(
                Arrows.allowed[file.target],
                "\(file.path) belongs to no target that is known here"
            )
            for module in Self.imports(in: file.text) where !Arrows.system.contains(module) {
                #expect(allowed.contains(module), "\(file.path) imports \(module)")
            }
        }
    }

    @Test func everyTargetDependsOnlyOnWhatItMayImport() throws {
        let targets = try PackageTargets(SourceTree.manifest())
        #expect(Set(targets.dependencies.keys) == Set(Arrows.allowed.keys))
        for (target, dependencies) in targets.dependencies {
            let allowed = Arrows.allowed[target] ?? []
            #expect(
                dependencies.isSubset(of: allowed),
                "\(target) depends on \(dependencies.subtracting(allowed))"
            )
        }
    }

    /// The ways an import can be written, so that none slips through.
    @Test func importsAreRecognised() {
        let text = """
            import A
            public import B
            internal import struct C.D
              @preconcurrency import E
            @_exported public import F
            // import G
            let important = "import H"
            """
        #expect(Self.imports(in: text) == ["A", "B", "C", "E", "F"])
    }

    @Test func someNeverMeet() {
        func reach(_ target: String) -> Set<String> {
            (Arrows.allowed[target] ?? []).reduce(into: []) { $0.formUnion(reach($1).union([$1])) }
        }
        for (target, others, reason) in Arrows.never {
            let met = reach(target).intersection(others)
            #expect(met.isEmpty, "\(target) reaches \(met.sorted()): \(reason)")
        }
    }

    @Test func theTableHasNoWayRound() {
        // Whoever may be imported may not, by any way, import back.
        func reach(_ target: String) -> Set<String> {
            (Arrows.allowed[target] ?? []).reduce(into: []) { $0.formUnion(reach($1).union([$1])) }
        }
        for target in Arrows.allowed.keys where target != "gridkin" {
            #expect(!reach(target).contains(target))
        }
    }
}
