import Testing
import VectorIndex

/// Every wrong argument makes the call throw, and has no other effect.
@Suite struct ErrorTests {
    @Test(arguments: [0, -1, 65_537, Int.min, Int.max])
    func refusesADimensionOutOfRange(dimension: Int) {
        #expect(throws: VectorIndexError.self) { _ = try VectorIndex(flatDimension: dimension) }
        #expect(throws: VectorIndexError.self) {
            _ = try VectorIndex(ivfDimension: dimension, lists: 1, trainingRows: [], seed: 0)
        }
    }

    @Test(arguments: [0, -1, 6, Int.min, Int.max])
    func refusesListsOutOfRange(lists: Int) {
        #expect(throws: VectorIndexError.self) {
            _ = try VectorIndex(ivfDimension: 1, lists: lists, trainingRows: [1, 2, 3, 4, 5], seed: 0)
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity, 1.1e15, -3e38])
    func refusesTrainingRowsThatWouldOverflow(value: Float) {
        #expect(throws: VectorIndexError.self) {
            _ = try VectorIndex(ivfDimension: 2, lists: 1, trainingRows: [1, 2, 3, value], seed: 0)
        }
    }

    @Test func refusesRowsThatAreNotWhole() throws {
        var index = try VectorIndex(flatDimension: 3)
        #expect(throws: VectorIndexError.self) { try index.add([1, 2, 3, 4]) }
        #expect(throws: VectorIndexError.self) { try index.search([1, 2], k: 1) }
        #expect(throws: VectorIndexError.self) {
            _ = try VectorIndex(ivfDimension: 3, lists: 1, trainingRows: [1, 2, 3, 4], seed: 0)
        }
        #expect(index.count == 0)
    }

    @Test(arguments: [Float.nan, .signalingNaN, .infinity, -.infinity])
    func refusesValuesThatAreNotFinite(value: Float) throws {
        var index = try VectorIndex(flatDimension: 2)
        try index.add([0, 0])
        #expect(throws: VectorIndexError.self) { try index.add([1, 1, 1, value]) }
        #expect(throws: VectorIndexError.self) { try index.search([0, 0, value, 0], k: 1) }
        #expect(index.count == 1)
        #expect(try index.search([0, 0], k: 2)[query: 0] == [FoundRow(row: 0, squaredDistance: 0)])
    }

    @Test(arguments: [0, -1, Int.min])
    func refusesKAndProbesBelowOne(number: Int) throws {
        var index = try VectorIndex(ivfDimension: 1, lists: 2, trainingRows: [1, 2, 3], seed: 0)
        try index.add([1, 2, 3])
        #expect(throws: VectorIndexError.self) { try index.search([1], k: number) }
        #expect(throws: VectorIndexError.self) { try index.search([1], k: 1, probes: number) }
        #expect(try index.search([1], k: .max, probes: .max)[query: 0].count == 3)
    }

    @Test(arguments: [-1..<1, 0..<4, 4..<4, Int.min..<Int.max])
    func refusesARangeOutsideTheIndex(range: Range<Int>) throws {
        var index = try VectorIndex(flatDimension: 1)
        try index.add([1, 2, 3])
        #expect(throws: VectorIndexError.self) { try index.search([1], k: 1, within: range) }
        #expect(try index.search([1], k: 1, within: 3..<3)[query: 0].isEmpty)
    }

    @Test(arguments: [-1, 3, Int.min, Int.max])
    func refusesARowOutsideTheIndex(row: Int) throws {
        for index in [false, true] {
            var rows =
                index
                ? try VectorIndex(ivfDimension: 1, lists: 1, trainingRows: [1], seed: 0)
                : try VectorIndex(flatDimension: 1)
            try rows.add([1, 2, 3])
            #expect(throws: VectorIndexError.self) { _ = try rows.row(row) }
        }
    }

    @Test func refusesMoreAnswersThanFitInMemory() throws {
        var index = try VectorIndex(flatDimension: 1)
        let rows = [Float](repeating: 0, count: 20_000)
        try index.add(rows)
        #expect(throws: VectorIndexError.self) { try index.search(rows, k: .max) }
    }

    @Test func errorsSayWhatWasWrongAndWhatToDo() throws {
        let index = try VectorIndex(flatDimension: 2)
        let error = #expect(throws: VectorIndexError.self) { try index.search([0, .nan], k: 1) }
        #expect(error?.description == "cannot search the index: value 1 is nan; give finite values")
        let missing = #expect(throws: VectorIndexError.self) {
            _ = try VectorIndex(verifiedFile: "/nonexistent")
        }
        #expect(missing?.reason.contains("No such file or directory") == true)
    }
}
