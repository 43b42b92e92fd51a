internal import Foundation
public import Verdicts

extension IndexFolder {
    /// Removes what an interrupted build, rollback or removal has left half-done.
    ///
    /// - Parameter lock: the writing lock: without it, what looks left over may be being written.
    /// - Returns: the paths of what was removed, in order.
    /// - Throws: ``IndexError`` with `storage`.
    @discardableResult
    package func removeLeftOvers(_ lock: borrowing IndexLock) throws(IndexError) -> [String] {
        try removeLeftOvers()
    }

    private func removeLeftOvers() throws(IndexError) -> [String] {
        let paths = [path, generationsPath].flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
                .filter { $0.hasSuffix(Self.unfinished) }.map { folder + "/" + $0 }
        }
        for path in paths {
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                throw IndexError(.storage, "cannot remove \(path): \(error.localizedDescription)")
            }
        }
        return paths
    }

    /// Clears away what interrupted builds have left, if nobody is writing just now.
    ///
    /// - Returns: the paths of what was removed; nil where another process is writing.
    /// - Throws: ``IndexError`` with `storage`.
    public func clearAway() throws(IndexError) -> [String]? {
        let lock: IndexLock
        do throws(IndexError) {
            lock = try IndexLock(self, for: .writing)
        } catch {
            guard error.code == .busy else { throw error }
            return nil
        }
        return try removeLeftOvers(lock)
    }

    /// The end of the name of whatever is not finished.
    static let unfinished = ".tmp"

    /// Makes the folder a new generation is written into, clearing away what an interrupted build left.
    ///
    /// - Returns: the new generation's number, the folder to write into, and the paths of what was cleared
    ///   away.
    /// - Throws: ``IndexError`` with `storage`.
    package func prepareGeneration() throws(IndexError) -> (number: Int, path: String, leftOvers: [String]) {
        try requireInside()
        let leftOvers = try removeLeftOvers()
        do {
            try FileManager.default.createDirectory(
                atPath: generationsPath,
                withIntermediateDirectories: true
            )
            let number = (generations().last ?? 0) + 1
            let temporary = path(of: number) + Self.unfinished
            try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: false)
            return (number, temporary, leftOvers)
        } catch {
            throw IndexError(
                .storage,
                "cannot make a folder for a new generation under \(generationsPath): "
                    + "\(error.localizedDescription)"
            )
        }
    }

    /// Syncs a finished generation, gives it its name, and serves it.
    ///
    /// A crash at any instant leaves the old generation served: the new one has either not got its name yet,
    /// or `CURRENT` still says the old.
    package func publish(_ generation: Int) throws(IndexError) {
        let temporary = path(of: generation) + Self.unfinished
        let names = try GenerationFile.names(in: temporary)
        for name in names { try DurableFile.sync(temporary + "/" + name) }
        if names.contains(where: { $0.contains("/") }) {
            try DurableFile.sync(temporary + "/" + GenerationFile.second)
        }
        try DurableFile.sync(temporary)
        try DurableFile.rename(temporary, to: path(of: generation))
        try serve(generation)
        // The index's own folder may be as new as its first generation.
        try DurableFile.sync((path as NSString).deletingLastPathComponent)
    }

    /// Makes an earlier generation the one being served; the journal keeps what it does not know.
    ///
    /// - Parameter generation: its number; nil for the one before the served one.
    /// - Returns: the generation now served.
    /// - Throws: ``IndexError`` with `notFound` where there is none of that number, `damaged` where it cannot
    ///   be opened, `busy`, or `storage`.
    public func rollBack(to generation: Int?) throws(IndexError) -> Int {
        // Says what is missing, and makes no folder for a name that was mistyped.
        if generations().isEmpty { _ = try current() }
        let lock = try IndexLock(self, for: .writing)
        let target: Int
        if let generation {
            target = generation
        } else {
            let served = try current()
            guard let earlier = generations().last(where: { $0 < served }) else {
                throw IndexError(.notFound, "the index `\(name)` has no generation before \(served)")
            }
            target = earlier
        }
        if generations().contains(target) { _ = try Generation(target, of: self) }
        try serve(target)
        lock.release()
        return target
    }

    /// Makes a published generation the one being served.
    ///
    /// - Throws: ``IndexError`` with `notFound` where there is none of that number, or `storage`.
    package func serve(_ generation: Int) throws(IndexError) {
        try require(generation)
        try DurableFile.replace(currentPath, with: Array(currentLine(naming: generation).utf8))
    }

    /// Removes all but the latest generations; the served one always stays.
    ///
    /// - Parameter count: how many of the latest to keep.
    /// - Returns: those still there.
    @discardableResult
    package func keepLatest(_ count: Int) throws(IndexError) -> [Int] {
        let current = try current()
        let all = generations()
        for generation in all.dropLast(count) where generation != current {
            // Renamed first: half of a generation must not look like one.
            let doomed = path(of: generation) + Self.unfinished
            try DurableFile.rename(path(of: generation), to: doomed)
            do {
                try FileManager.default.removeItem(atPath: doomed)
            } catch {
                throw IndexError(.storage, "cannot remove \(doomed): \(error.localizedDescription)")
            }
        }
        return generations()
    }

    /// Removes what a first build that failed has made: an index that never had a generation is no index. A
    /// training that can be gone on with stays.
    package func removeIfEmpty() {
        guard generations().isEmpty, !hasJournal, !FileManager.default.fileExists(atPath: workshopPath)
        else { return }
        try? FileManager.default.removeItem(atPath: path)
    }
}
