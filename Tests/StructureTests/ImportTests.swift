import Testing

/// Dependencies point one way. These tests fail on the first import that points back.
@Suite struct ImportTests {
    /// The modules that a file imports; the contents of multi-line strings are ignored.
    private static func imports(in text: String) -> [String] {
        let pattern =
            #/
            ^\s* (?: @\w+ (?: \( [^)]* \) )? \s+ )*
            (?: (?: public | package | internal | fileprivate | private ) \s+ )?
            import \s+
            (?: (?: struct | class | enum | protocol | func | var | let | typealias | actor ) \s+ )?
            (\w+)
            /#.anchorsMatchLineEndings()
        let code = text.replacing(/"""[\s\S]*?"""/, with: "")
        return code.matches(of: pattern).map { String($0.output.1) }
    }

    @Test func everyImportIsAllowed() throws {
        let files = try SourceTree.files(under: "Sources")
        try #require(files.count > 50, "the sources were not found")
        for file in files {
            let allowed = try #require(
                Arrows.allowed[file.target],
                "\(file.path) belongs to a target that Arrows.swift does not list"
            )
            for module in Self.imports(in: file.text) where !Arrows.system.contains(module) {
                #expect(allowed.contains(module), "\(file.path) imports \(module)")
            }
        }
    }

    @Test func everyTargetDependsOnlyOnAllowedOnes() throws {
        let targets = try PackageTargets(SourceTree.manifest()).product
        #expect(Set(targets.map(\.name)) == Set(Arrows.allowed.keys))
        for target in targets {
            let forbidden = target.dependencies.subtracting(Arrows.allowed[target.name] ?? [])
            #expect(forbidden.isEmpty, "\(target.name) depends on \(forbidden.sorted())")
        }
    }

    /// `Package.swift` lists the targets floor by floor, the lowest first.
    @Test func everyTargetIsListedBelowItsDependencies() throws {
        let targets = try PackageTargets(SourceTree.manifest())
        let names = Set((targets.product + targets.tests).map(\.name))
        for list in [targets.product, targets.tests] {
            let own = Set(list.map(\.name))
            var above: Set<String> = names.subtracting(own)
            for target in list {
                let later = target.dependencies.intersection(names).subtracting(above)
                #expect(later.isEmpty, "\(target.name) is listed before \(later.sorted())")
                above.insert(target.name)
            }
        }
    }

    /// SwiftPM lets a test import what its dependencies depend on; here each import must be declared.
    @Test func everyTestImportsOnlyItsDependencies() throws {
        let targets = try PackageTargets(SourceTree.manifest()).tests
        let dependencies = Dictionary(targets.map { ($0.name, $0.dependencies) }) { first, _ in first }
        let files = try SourceTree.files(under: "Tests").filter { dependencies[$0.target] != nil }
        try #require(files.count > 50, "the tests were not found")
        for file in files {
            for module in Self.imports(in: file.text) where !Arrows.system.contains(module) {
                let isDeclared = dependencies[file.target]?.contains(module) == true
                #expect(isDeclared, "\(file.path) imports \(module), which Package.swift does not list")
            }
        }
    }

    /// The supporting targets are for tests only.
    @Test func theProductDoesNotImportItsTests() throws {
        let targets = try PackageTargets(SourceTree.manifest())
        let tests = Set(targets.tests.map(\.name))
        #expect(tests.contains("TestSupport") && tests.contains("IndexSupport"))
        for target in targets.product {
            #expect(target.dependencies.isDisjoint(with: tests), "\(target.name) depends on a test target")
        }
    }

    /// All forms of an import are recognised.
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

    @Test func forbiddenTargetsAreNotReached() {
        for (target, others, reason) in Arrows.never {
            let reached = Arrows.reachable(from: target).intersection(others)
            #expect(reached.isEmpty, "\(target) reaches \(reached.sorted()): \(reason)")
        }
    }

    @Test func eachLibraryHasFewImporters() {
        for (library, owners) in Arrows.importers {
            let importers = Set(Arrows.allowed.filter { $0.value.contains(library) }.keys)
            #expect(importers == owners, "\(library) is imported by \(importers.sorted())")
        }
    }

    @Test func noTargetReachesItself() {
        for target in Arrows.allowed.keys {
            #expect(!Arrows.reachable(from: target).contains(target), "\(target)")
        }
    }
}
