internal import Catalog
internal import Encoder
internal import Readings
internal import VectorIndex
internal import Windows

/// Learns an index from readings: profiles, windows, encoder, banks, and how to weigh what they say.
struct IndexTrainer: Sendable {
    let source: IndexSource
    let options: BuildOptions
    let report: ProgressReport

    /// A weight is learnt for resemblance only from so many labelled incidents.
    static let fewestIncidents = 3

    /// - Throws: ``IndexError`` with `tooLittleHistory`, or what goes wrong below.
    func train() async throws -> TrainedIndex {
        let profiles = try await profiles()
        let hasCalendar = profiles.contains { $0?.hasCalendar == true }
        let layout = FeatureLayout(channelCount: source.channels.count, hasCalendar: hasCalendar)
        let table = try await WindowTable(source, profiles: profiles, layout: layout, report: report)
        guard table.anomalous.contains(false) else {
            throw IndexError(
                .tooLittleHistory,
                "every reading of the history is labelled anomalous; an index needs normal ones to compare with"
            )
        }
        let components = try components(of: table)
        let blocks = LaterBlock.blocks(of: table, hasCalendar: profiles.map { $0?.hasCalendar ?? false })
        var best = try await attempt(.preferred, components, table, profiles, blocks)
        var tried = [best.trial(chosen: true)]
        for candidate in worthTrying(table, blocks) {
            let attempt = try await attempt(candidate, components, table, profiles, blocks)
            let wins = attempt.quality > best.quality + CandidateEncoder.clearly
            if wins { for index in tried.indices { tried[index].chosen = false } }
            tried.append(attempt.trial(chosen: wins))
            if wins { best = attempt }
        }
        return try finish(best, tried: tried, layout: layout, profiles: profiles)
    }

    private func profiles() async throws -> [MeterProfile?] {
        report(BuildProgress("profiles", done: 0, total: source.histories.count))
        let profiles = try await concurrentMap(source.histories) { MeterStream.profile(of: $0) }
        guard profiles.contains(where: { $0 != nil }) else {
            let longest = source.histories.max { $0.count < $1.count }
            throw IndexError(
                .tooLittleHistory,
                "no meter has enough readings to know what is usual for it: the longest history, of "
                    + "`\(longest?.meter ?? "none")`, has \(longest?.count ?? 0); two days of readings are "
                    + "needed, or \(MeterStream.fewestReadingsWithoutDays) where they come faster than a minute"
            )
        }
        return profiles
    }

    private func components(of table: WindowTable) throws -> [PrincipalComponents] {
        report(BuildProgress("encoder", done: 0, total: table.layout.channelCount))
        let width = table.layout.channelFeatureCount
        let count = min(table.count, PrincipalComponents.sufficientRows)
        return try (0..<table.layout.channelCount).map { channel in
            var rows: [Float] = []
            rows.reserveCapacity(count * width)
            for index in 0..<count {
                let row = table.features(of: index * table.count / count)
                rows += row[row.startIndex + channel * width..<row.startIndex + (channel + 1) * width]
            }
            return try PrincipalComponents(of: rows, featureCount: width)
        }
    }

    /// Other candidates can only be told apart where the later block holds enough labelled incidents.
    private func worthTrying(_ table: WindowTable, _ blocks: [LaterBlock]) -> [CandidateEncoder] {
        let incidents = blocks.reduce(0) { $0 + Self.incidents(in: $1.rows, of: table) }
        return incidents >= Self.fewestIncidents ? CandidateEncoder.others : []
    }

    /// Runs of consecutive anomalous windows.
    static func incidents(in rows: Range<Int>, of table: WindowTable) -> Int {
        rows.count { table.anomalous[$0] && ($0 == rows.lowerBound || !table.anomalous[$0 - 1]) }
    }
}
