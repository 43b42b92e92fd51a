internal import Foundation
public import Tasks
internal import Verdicts

/// A check whether everything that an index keeps on the disk is as it was written.
public struct Verification: Codable, Equatable, Sendable {
    /// The generations that were checked.
    public var generations: [Int] = []
    /// How many bytes were read.
    public var bytes = 0
    /// The problems, a sentence each; empty when all is well.
    public var problems: [String] = []
    /// Those of them that cost only themselves: rows of the journal that were altered.
    var alteredRows: [String] = []
    /// What is no damage and yet not as it should be, a sentence each.
    public var notes: [String] = []

    private enum CodingKeys: CodingKey { case generations, bytes, problems, notes }

    /// Nothing was checked yet.
    init() {}

    /// Reads every byte of an index, and compares each generation's files with their SHA-256, the catalogs'
    /// pages, keys and references with each other, the banks with the catalogs, and the journal's rows with
    /// their checksums.
    public init(of folder: IndexFolder, report: ProgressReport = { _ in }) {
        generations = folder.generations()
        do {
            _ = try folder.current()
        } catch {
            problems.append(error.message)
        }
        var known = JournalPosition.start
        for (done, generation) in generations.enumerated() {
            report(TaskProgress("verifying", done: done, total: generations.count))
            known = known.later(check(generation, of: folder))
        }
        checkJournal(folder, known: known)
        notes = Self.notes(folder)
        report(TaskProgress("verifying", done: generations.count, total: generations.count))
    }

    /// The problems beside altered rows.
    var damage: [String] { problems.filter { !alteredRows.contains($0) } }

    /// Checks a generation.
    ///
    /// - Returns: how far it was built from the journal.
    private mutating func check(_ number: Int, of folder: IndexFolder) -> JournalPosition {
        do {
            let generation = try Generation(number, of: folder)
            bytes += generation.manifest.files.values.reduce(0) { $0 + $1.bytes }
            let path = folder.files(of: number).catalog
            problems += try generation.catalog.check().map { "\(path): \($0)" }
            if generation.secondLook != nil {
                let path = folder.files(of: number).secondLook.catalog
                problems += try CatalogReader(path: path).check().map { "\(path): \($0)" }
            }
            return generation.manifest.journal
        } catch let error as IndexError {
            problems.append(error.message)
        } catch {
            problems.append("generation \(number): \(error)")
        }
        return .start
    }

    private static func notes(_ folder: IndexFolder) -> [String] {
        var notes = folder.foreignTemporaries().map { "\($0) was not made by gridkin, and is left as it is" }
        let open = folder.openToOthers()
        if !open.isEmpty {
            let named = open.prefix(3).joined(separator: ", ") + (open.count > 3 ? ", …" : "")
            notes.append(
                "\(open.count) files and folders can be read or locked by other users of this machine (\(named)); "
                    + "the next `gridkin serve` or `gridkin rebuild` by their owner changes that"
            )
        }
        return notes
    }

    /// Checks the journal.
    ///
    /// - Parameter known: how far a generation was built from it.
    mutating func checkJournal(_ folder: IndexFolder, known: JournalPosition = .start) {
        do {
            let journal = try Journal.reader(path: folder.journalPath)
            problems += try (journal?.check() ?? []).map { "\(folder.journalPath): \($0)" }
            alteredRows = (journal?.alteredRows ?? []).map { "\(folder.journalPath): \($0) was altered" }
            problems += alteredRows
            if try !(journal?.position() ?? .start).reaches(known) {
                problems.append(
                    "\(folder.journalPath) was lost, or is an older copy: "
                        + "a generation was built from more than it holds"
                )
            }
        } catch {
            problems.append(error.description)
        }
    }
}
