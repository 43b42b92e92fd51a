// One command makes several indexes of the same files. A part is read and built after the other, so that the
// memory needed is that of the largest; tables of a database are read in one transaction for all parts.

import ArgumentParser
import ReadingSources
import Readings
internal import Storage
internal import Verdicts

extension BuildCommand {
    /// Builds an index of each part.
    func buildParts() async throws {
        let parts = PartArgument.joined(part)
        let folders = try parts.map { part in
            IndexFolder(try IndexName("\(index.name)-\(part.name)"), in: index.indexes.path)
        }
        var inputs = try checkedInputs(parts)
        for (place, part) in parts.enumerated() {
            do {
                try await build(folders[place], command(for: part)) { rejects, bar in
                    // Whoever writes the database waits no longer than it is read.
                    defer { if place == parts.count - 1 { inputs = nil } }
                    let choice = readings.columns.choice(channels: [])
                    let own = try inputs?.narrowed(
                        to: part.channels,
                        choice,
                        isJoined: readings.within != nil
                    )
                    return try readings.read(
                        rejects: rejects,
                        normals: normalFrom,
                        attributes: attributes,
                        holidays: holidays,
                        from: own,
                        taking: part.channels,
                        output: output,
                        bar: bar
                    )
                }
            } catch {
                let names = folders.map { "`\($0.name.text)`" }
                let published = place == 0 ? "none is" : names[..<place].joined(separator: ", ") + " is"
                let missing = names[place...].joined(separator: ", ")
                Console.info("of \(parts.count) parts, \(published) published; not built: \(missing)")
                throw error
            }
        }
    }

    /// The files, after every part was found to have channels, and not more than an index may have.
    private func checkedInputs(_ parts: [PartArgument]) throws -> InputFiles? {
        let bar = ProgressBar(quiet: output.quiet)
        defer { bar.finish() }
        let inputs = try readings.inputs(parts: parts.map(\.channels), output: output, bar: bar)
        let named = readings.columns.choice(channels: [])
        for name in named.registers + named.noRegisters
        where !parts.contains(where: { $0.channels.fits(name) }) {
            throw ValidationError("`\(name)` is named as a register, or as none, and is in no part")
        }
        for name in named.states + named.noStates where !parts.contains(where: { $0.channels.fits(name) }) {
            throw ValidationError("`\(name)` is named as a state, or as none, and is in no part")
        }
        var partsOfChannel: [Name: [String]] = [:]
        var others: Set<Name> = []
        for part in parts {
            var choice = readings.columns.choice(channels: [])
            choice.patterns = part.channels
            choice.states = choice.states.filter(part.channels.fits)
            choice.noStates = choice.noStates.filter(part.channels.fits)
            let isJoined = readings.within != nil
            let own = try inputs.narrowed(to: part.channels, choice, isJoined: isJoined)
            var files = ReadingFiles(own, columns: choice)
            files.within = readings.within?.milliseconds
            let channels = try files.channels()
            guard choice.wide || channels.taken.count <= RequestLimit.values else {
                throw IndexError(
                    .badRequest,
                    "the part `\(part.name)` has \(channels.taken.count) channels, and a request has at most "
                        + "\(RequestLimit.values) values; make its patterns fit fewer"
                )
            }
            for name in channels.taken { partsOfChannel[name, default: []].append(part.name) }
            others.formUnion(channels.others)
        }
        others.formUnion(inputs.columns(outside: parts.map(\.channels)).map { Name($0) })
        say(partsOfChannel, others.filter { partsOfChannel[$0] == nil })
        return inputs
    }

    private func say(_ partsOfChannel: [Name: [String]], _ others: Set<Name>) {
        for (name, parts) in partsOfChannel.sorted(by: { $0.key < $1.key }) where parts.count > 1 {
            output.info("`\(name)` is in several parts: \(parts.joined(separator: ", "))")
        }
        guard !others.isEmpty else { return }
        let shown = others.sorted().prefix(12).map { "`\($0)`" }.joined(separator: ", ")
        output.info("in no part: \(shown)" + (others.count > 12 ? ", … (\(others.count) in all)" : ""))
    }
}
