internal import Foundation
public import Verdicts

extension IndexFolder {
    /// Removes the folders and files of interrupted builds, rollbacks and removals. To be called with the
    /// writing lock: without it, a build that is under way would look interrupted.
    ///
    /// - Returns: the paths of what was removed, in order.
    private func removeUnfinished() throws(IndexError) -> [String] {
        let paths = temporaries.filter(isUnfinished)
        for path in paths {
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                throw IndexError(.storage, "cannot remove \(path): \(error.localizedDescription)")
            }
        }
        return paths
    }

    /// Removes the remains of interrupted builds, unless a process is writing now.
    ///
    /// - Returns: the paths of what was removed; nil where another process is writing.
    /// - Throws: ``IndexError`` with `storage`.
    public func removeStaleBuilds() throws(IndexError) -> [String]? {
        let lock: IndexLock
        do throws(IndexError) {
            lock = try IndexLock(self, for: .writing)
        } catch {
            guard error.code == .busy else { throw error }
            return nil
        }
        defer { lock.release() }
        return try removeUnfinished()
    }

    /// The end of the name of a file or folder that is not finished.
    static let unfinished = ".tmp"

    /// Files and folders that are called temporary and that Gridkin has not made: somebody's own.
    func foreignTemporaries() -> [String] { temporaries.filter { !isUnfinished($0) } }

    /// The paths that end like those of unfinished files and folders, in order.
    private var temporaries: [String] {
        [path, generationsPath].flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
                .filter { $0.hasSuffix(Self.unfinished) }.map { folder + "/" + $0 }
        }
    }

    /// Whether a path has a name that a build, a rollback or a removal gives: that of `CURRENT` before it is
    /// replaced, and that of a generation before it is published or while it is removed.
    private func isUnfinished(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return false }
        let kind = status.st_mode & S_IFMT
        if path == currentPath + Self.unfinished { return kind == S_IFREG }
        guard path.hasPrefix(generationsPath + "/") else { return false }
        let name = path.dropFirst(generationsPath.count + 1).dropLast(Self.unfinished.count)
        return kind == S_IFDIR && Int(name).map(Self.folderName) == String(name)
    }

    /// Makes the folder that a new generation is written into, and removes the remains of interrupted builds.
    ///
    /// - Returns: the new generation's number, the folder to write into, and the paths of what was removed.
    /// - Throws: ``IndexError`` with `storage`.
    package func prepareGeneration() throws(IndexError) -> (
        number: Int, path: String, staleBuilds: [String]
    ) {
        try requireInside()
        let staleBuilds = try removeUnfinished()
        try IndexAccess.makeFolder(path)
        do {
            let access = IndexAccess(ofFolder: path)
            try FileManager.default.createDirectory(
                atPath: generationsPath,
                withIntermediateDirectories: true
            )
            access.apply(to: generationsPath)
            let number = (generations().last ?? 0) + 1
            let temporary = path(of: number) + Self.unfinished
            try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: false)
            access.apply(to: temporary)
            return (number, temporary, staleBuilds)
        } catch {
            throw IndexError(
                .storage,
                "cannot make a folder for a new generation under \(generationsPath): "
                    + "\(error.localizedDescription)"
            )
        }
    }

    /// Syncs a finished generation, gives it its name, and names it in `CURRENT`.
    ///
    /// A crash at any instant leaves the old generation served: either the new one has not got its name yet,
    /// or `CURRENT` still names the old one.
    package func publish(_ generation: Int) throws(IndexError) {
        let temporary = GenerationFolder(path(of: generation) + Self.unfinished)
        let names = try temporary.names()
        let access = IndexAccess(ofFolder: path)
        for name in names {
            access.apply(to: temporary.path(of: name))
            try DurableFile.sync(temporary.path(of: name))
        }
        if names.contains(where: { $0.contains("/") }) {
            access.apply(to: temporary.secondLook.path)
            try DurableFile.sync(temporary.secondLook.path)
        }
        try DurableFile.sync(temporary.path)
        try DurableFile.rename(temporary.path, to: path(of: generation))
        try makeCurrent(generation)
        // The index's own folder may be as new as its first generation.
        try DurableFile.sync((path as NSString).deletingLastPathComponent)
    }

    /// Serves an earlier generation; the journal keeps what that one was not built from.
    ///
    /// - Parameter generation: its number; nil for the one before the served one.
    /// - Returns: the generation now served.
    /// - Throws: ``IndexError`` with `notFound` where there is none of that number, `damaged` where it cannot
    ///   be opened, `busy`, or `storage`.
    public func rollBack(to generation: Int?) throws(IndexError) -> Int {
        // An error before the lock is taken: a mistyped name must make no folder.
        if generations().isEmpty { _ = try current() }
        let lock = try IndexLock(self, for: .writing)
        defer { lock.release() }
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
        try lock.keep()
        try makeCurrent(target)
        return target
    }

    /// Names a published generation in `CURRENT`; running servers then change to it.
    ///
    /// - Throws: ``IndexError`` with `notFound` where there is none of that number, or `storage`.
    package func makeCurrent(_ generation: Int) throws(IndexError) {
        try require(generation)
        try DurableFile.replace(currentPath, with: Array(currentLine(naming: generation).utf8))
    }

    /// Removes all but the latest generations, and never the served one.
    ///
    /// - Parameters:
    ///   - count: how many of the latest to keep.
    ///   - former: one more to keep: the one that was served before. It is the way back, and not among the
    ///     latest where somebody rolled back to it.
    /// - Returns: the generations that are left.
    @discardableResult
    package func prune(keeping count: Int, and former: Int? = nil) throws(IndexError) -> [Int] {
        let current = try current()
        let all = generations()
        for generation in all.dropLast(count) where generation != current && generation != former {
            // Renamed first: half of a generation must not look like one.
            let removed = path(of: generation) + Self.unfinished
            try DurableFile.rename(path(of: generation), to: removed)
            do {
                try FileManager.default.removeItem(atPath: removed)
            } catch {
                throw IndexError(.storage, "cannot remove \(removed): \(error.localizedDescription)")
            }
        }
        let left = generations()
        removeEmbeddings(except: left)
        return left
    }

    /// Removes the folder that a failed first build has made. A training that can be resumed stays.
    package func removeIfEmpty() {
        guard generations().isEmpty, !hasJournal, !FileManager.default.fileExists(atPath: trainingPath)
        else { return }
        try? FileManager.default.removeItem(atPath: path)
    }
}
