internal import Catalog
internal import Foundation

/// Whether everything an index keeps on the disk is what was written.
public struct Verification: Codable, Equatable, Sendable {
    /// The generations looked at.
    public var generations: [Int] = []
    /// How many bytes were read.
    public var bytes = 0
    /// What is wrong, a sentence each; empty when all is well.
    public var problems: [String] = []

    /// Reads every byte of an index: each generation's files against their SHA-256, the catalogs' pages, keys
    /// and references, the banks against the catalogs, the journal's rows against their checksums.
    public init(of folder: IndexFolder, report: ProgressReport = { _ in }) {
        generations = folder.generations()
        do {
            _ = try folder.current()
        } catch {
            problems.append(error.message)
        }
        for (done, generation) in generations.enumerated() {
            report(BuildProgress("verifying", done: done, total: generations.count))
            check(generation, of: folder)
        }
        checkJournal(folder)
        report(BuildProgress("verifying", done: generations.count, total: generations.count))
    }

    private mutating func check(_ number: Int, of folder: IndexFolder) {
        do {
            let generation = try Generation(number, of: folder)
            bytes += generation.manifest.files.values.reduce(0) { $0 + $1.bytes }
            let path = folder.path(of: number) + "/" + GenerationFile.catalog
            problems += try generation.catalog.check().map { "\(path): \($0)" }
            if generation.second != nil {
                let path =
                    folder.path(of: number) + "/" + GenerationFile.second + "/" + GenerationFile.catalog
                problems += try CatalogReader(path: path).check().map { "\(path): \($0)" }
            }
        } catch let error as IndexError {
            problems.append(error.message)
        } catch {
            problems.append("generation \(number): \(error)")
        }
    }

    private mutating func checkJournal(_ folder: IndexFolder) {
        do {
            let found = try Journal.reader(path: folder.journalPath)?.check() ?? []
            problems += found.map { "\(folder.journalPath): \($0)" }
        } catch {
            problems.append(error.description)
        }
    }
}
