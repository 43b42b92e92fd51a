internal import Foundation
internal import Readings
package import Storage
package import Tasks
internal import Verdicts
internal import Windows

extension IndexBuilder {
    /// Builds the next generation from the served one's readings and what the journal has heard since.
    ///
    /// - Parameters:
    ///   - folder: the index.
    ///   - search: how the banks are searched; nil for how they are now.
    ///   - encoder: what is to embed the windows; nil for what was asked for the last time.
    ///   - page: draws `report.html`; nil for none.
    ///   - onStaleBuilds: told what earlier builds had left half-done, if anything; it is removed by then.
    /// - Returns: what was built.
    /// - Throws: as ``build(_:report:)``.
    package static func rebuild(
        _ folder: IndexFolder,
        search: BuildOptions.Search? = nil,
        encoder: EncoderChoice? = nil,
        page: DrawPage? = nil,
        onStaleBuilds: ([String]) -> Void = { _ in },
        report: @escaping ProgressReport
    ) async throws -> Manifest {
        _ = try folder.current()
        // The lock first: what is served must not change between being read and being followed.
        var builder = try IndexBuilder(folder, options: BuildOptions(), page: page)
        onStaleBuilds(builder.staleBuilds)
        let served = try Generation(folder.current(), of: folder)
        builder.options = BuildOptions(
            search: search ?? BuildOptions.Search(rawValue: served.manifest.search) ?? .automatic,
            recall: served.manifest.recall ?? BuildOptions.defaultRecall,
            condensing: served.manifest.condensing.flatMap { Condensing($0.asked) },
            trustsUnlabelled: served.manifest.trustsUnlabelled ?? false,
            encoder: try encoder
                ?? EncoderChoice(
                    asAskedFor: served.manifest,
                    in: folder.path(of: served.number)
                ),
            secondLook: served.manifest.secondLook?.following,
            seed: served.manifest.seed,
            command: "rebuild \(folder.name)"
        )
        builder.keepRejects(of: served.number)
        let journal = try Journal(path: folder.journalPath)
        try journal.advance(to: served.manifest.journal)
        let source = try IndexSource(served, journal, report: report)
        return try await builder.build(source, report: report)
    }

    /// Rows that were refused once stay on record.
    private func keepRejects(of generation: Int) {
        let path = folder.files(of: generation).rejects
        try? FileManager.default.copyItem(atPath: path, toPath: rejectsPath)
    }
}

extension IndexSource {
    /// The readings a generation holds, those pushed since, and every label given.
    init(_ generation: Generation, _ journal: Journal, report: ProgressReport) throws {
        let position = try journal.position()
        let known = generation.manifest.journal
        let pushed = Dictionary(grouping: try journal.readings(after: known, through: position), by: \.meter)
        let labels = Dictionary(grouping: try journal.labels(after: .start, through: position), by: \.meter)
        let names = Set(generation.meterNumbers.keys).union(pushed.keys)
        var histories: [MeterHistory] = []
        var personLabels: [String: Set<Timestamp>] = [:]
        report(TaskProgress("reading", done: 0, total: names.count))
        for name in names.sorted() {
            let readings = try Self.readings(of: name, in: generation, pushed: pushed[name] ?? [])
            let given = Dictionary(
                (labels[name] ?? []).map { ($0.time, KnownLabel($0.label, isFromPerson: true)) }
            ) { $1 }
            var history = MeterHistory(meter: name, channelCount: generation.layout.channelCount)
            for reading in readings {
                let time = Timestamp(milliseconds: reading.time)
                let label = given[time] ?? reading.label
                if label?.isFromPerson == true { personLabels[name, default: []].insert(time) }
                history.append(time: time, values: reading.values, label: label?.label)
            }
            histories.append(history)
            report(TaskProgress("reading", done: histories.count, total: names.count))
        }
        self.init(
            // As files are read, so that a rebuild of nothing new is the same index.
            histories: histories.sortedByMeter(),
            channels: generation.manifest.channels,
            personLabels: personLabels,
            journal: position
        )
    }

    /// What the catalog holds of a meter and what was pushed, by the rule of ``History``.
    private static func readings(
        of meter: String,
        in generation: Generation,
        pushed: [Reading]
    ) throws -> [StoredReading] {
        var readings: [StoredReading] = []
        if let number = generation.meterNumbers[meter] {
            readings = try generation.catalog.readings(meter: number)
        }
        // The journal outlives indexes of other channels.
        readings += pushed.map(StoredReading.init)
            .filter { $0.values.count == generation.layout.channelCount }
        return History.inOrder(readings)
    }
}
