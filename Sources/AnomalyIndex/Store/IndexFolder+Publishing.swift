internal import Foundation

extension IndexFolder {
    /// Makes the folder a new generation is written into, clearing away what an interrupted build left.
    ///
    /// - Returns: the new generation's number and the folder to write into.
    /// - Throws: ``IndexError`` with `storage`.
    package func prepareGeneration() throws(IndexError) -> (number: Int, path: String) {
        do {
            try FileManager.default.createDirectory(
                atPath: generationsPath,
                withIntermediateDirectories: true
            )
            for name in try FileManager.default.contentsOfDirectory(atPath: generationsPath)
            where name.hasSuffix(".tmp") {
                try FileManager.default.removeItem(atPath: generationsPath + "/" + name)
            }
            let number = (generations().last ?? 0) + 1
            let temporary = path(of: number) + ".tmp"
            try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: false)
            return (number, temporary)
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
        let temporary = path(of: generation) + ".tmp"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? [] {
            try DurableFile.sync(temporary + "/" + name)
        }
        try DurableFile.sync(temporary)
        try DurableFile.rename(temporary, to: path(of: generation))
        try serve(generation)
    }

    /// Makes an earlier generation the one being served; the journal keeps what it does not know.
    ///
    /// - Parameter generation: its number; nil for the one before the served one.
    /// - Returns: the generation now served.
    /// - Throws: ``IndexError`` with `notFound` where there is none of that number, `damaged` where it cannot
    ///   be opened, `busy`, or `storage`.
    public func rollBack(to generation: Int?) throws(IndexError) -> Int {
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
        guard generations().contains(generation) else {
            let there = generations().map(String.init).joined(separator: ", ")
            throw IndexError(
                .notFound,
                "the index `\(name)` has no generation \(generation); it has: \(there.isEmpty ? "none" : there)"
            )
        }
        try DurableFile.replace(currentPath, with: Array(currentLine(naming: generation).utf8))
    }

    /// Removes all but the latest generations; the served one always stays.
    ///
    /// - Parameter count: how many to keep beside the served one.
    /// - Returns: those still there.
    @discardableResult
    package func keepLatest(_ count: Int) throws(IndexError) -> [Int] {
        let current = try current()
        let all = generations()
        for generation in all.dropLast(count) where generation != current {
            do {
                try FileManager.default.removeItem(atPath: path(of: generation))
            } catch {
                throw IndexError(
                    .storage,
                    "cannot remove \(path(of: generation)): \(error.localizedDescription)"
                )
            }
        }
        return generations()
    }

    /// Removes what a first build that failed has made: an index that never had a generation is no index.
    func removeIfEmpty() {
        guard generations().isEmpty, !FileManager.default.fileExists(atPath: journalPath) else { return }
        try? FileManager.default.removeItem(atPath: path)
    }
}
