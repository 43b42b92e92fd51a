import Engine
import Foundation
import GRDB
import Gateway
import Grid
import Logging
import Readings
import Storage
import TestSupport
import Training
import Verdicts

/// A small index of simulated meters with a second look, and the meters' readings after the build.
struct GatewayIndex: Sendable {
    private let home: TemporaryFolder
    let folder: IndexFolder
    /// The meters' readings in the ten days after the build.
    let later: [MeterHistory]

    /// Builds the index in a folder of its own.
    init(_ name: String = "grid") async throws {
        let grid = GridSimulator(meters: 3, days: 45, seed: 7)
        let histories = (0..<3).map(grid.history).sorted { $0.meter < $1.meter }
        home = try TemporaryFolder()
        folder = IndexFolder(try IndexName(name), in: home.path)
        later = histories.map { Self.slice($0, $0.count - 240..<$0.count) }
        let built = histories.map { Self.slice($0, 0..<$0.count - 240) }
        let options = BuildOptions(secondLook: 86_400_000, command: "build test")
        let builder = try IndexBuilder(folder, options: options)
        _ = try await builder.build(IndexSource(histories: built, channels: ["power_kw"])) { _ in }
    }

    private static func slice(_ history: MeterHistory, _ range: Range<Int>) -> MeterHistory {
        var slice = MeterHistory(meter: history.meter, channelCount: history.channelCount)
        for index in range {
            slice.append(time: history.times[index], values: [history.values[index]], label: nil)
        }
        return slice
    }

    /// A reading after the build.
    func reading(_ meter: Int, _ index: Int) -> Reading {
        Reading(
            meter: later[meter].meter,
            time: later[meter].times[index],
            values: [later[meter].values[index]]
        )
    }

    /// A gateway to the index as it is on the disk.
    func gateway(
        access: AccessRules = AccessRules(),
        durability: Durability = .second,
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) throws -> Gateway {
        Gateway(
            indexes: [try LiveIndex(folder, durability: durability)],
            access: access,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            instant: instant
        )
    }

    /// Makes the journal refuse readings; called with false, makes it accept them again.
    func breakJournal(_ isBroken: Bool) throws {
        let names = isBroken ? ("reading", "hidden") : ("hidden", "reading")
        let queue = try DatabaseQueue(path: folder.journalPath)
        try queue.writeWithoutTransaction {
            try $0.execute(sql: "ALTER TABLE \(names.0) RENAME TO \(names.1)")
        }
        try queue.close()
    }
}

/// The code of the error that is thrown; nil if none is.
func code(_ body: () throws(RequestError) -> Void) -> ErrorCode? {
    do {
        try body()
        return nil
    } catch {
        return error.code
    }
}
