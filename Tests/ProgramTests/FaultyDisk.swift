import Foundation
import ProgramSupport
import TestSupport

/// A disk under a test's indexes that fails on demand: `Tests/Torture/fault.c`, preloaded into the program.
///
/// A server may be given another plan while it runs.
struct FaultyDisk {
    /// What happens at a call.
    enum Action: String, CaseIterable {
        /// The program ends before it, after it, or in the middle of a write.
        case kill, after, torn
        /// The power fails: what was not synced is undone, and the program ends.
        case cut
        /// Half of a read or a write is done, as a system may.
        case short
        case noSpace = "28"
        case badSector = "5"
        case tooManyFiles = "24"
        case noMemory = "12"
        case readonly = "30"
        case noLocks = "37"
    }

    /// The calls at which a program may be ended, by their letters in `fault.c`: open, read, write, sync,
    /// rename, map, and unlink or mkdir.
    static let calls = "orwsnmu"

    private let folder: TemporaryFolder
    private static let library = Result { try compile() }
    private static let removedAtExit = ExitFolders()

    init(_ folder: TemporaryFolder) throws {
        self.folder = folder
        _ = try Self.library.get()
    }

    /// The environment to run a program with.
    var shell: String {
        get throws {
            """
            export FAULT_UNDER=$(realpath .)/indexes FAULT_PLAN=$(realpath .)/plan
            export LD_PRELOAD=\(try Self.library.get().path("fault.so")):$LD_PRELOAD; exec "$@"
            """
        }
    }

    /// Acts at the n-th call of some kinds, counted from now on.
    ///
    /// - Parameters:
    ///   - lasts: whether it acts at every later call too.
    ///   - trouble: ``slow(_:_:)`` or ``locked(_:)``, from now on.
    func plan(
        _ action: Action,
        atCall number: Int,
        of calls: some StringProtocol,
        lasts: Bool = false,
        trouble: String = ""
    ) throws {
        let id = UInt32.random(in: 1...UInt32.max)
        let line = "\(id) \(calls) \(number) \(action.rawValue) \(lasts ? 1 : 0)\n\(trouble)\n"
        if !isTracking(action) { try heal() }
        try put(line)
    }

    /// Each sync of a file whose path holds a word takes so much longer, from now on.
    func slow(milliseconds: Int, under word: String) throws {
        try put(Self.slow(milliseconds...milliseconds, word) + "\n")
    }

    private func put(_ plan: String) throws {
        // Renamed into place, since a server reads it at every call.
        try folder.file("plan.new", plan)
        guard rename(folder.path("plan.new"), folder.path("plan")) == 0 else {
            throw ProgramFailure("the plan cannot be put in place")
        }
    }

    /// Whether the disk already keeps what a power cut would leave, which must go on.
    private func isTracking(_ action: Action) -> Bool {
        action == .cut && folder.exists("plan.disk")
    }

    /// A line of a plan: syncs of files whose path holds a word take so many milliseconds longer.
    static func slow(_ milliseconds: ClosedRange<Int>, _ word: String) -> String {
        "slow \(milliseconds.lowerBound) \(milliseconds.upperBound) \(word)"
    }

    /// A line of a plan: another process holds the write lock of the journal whose path holds a word.
    static func locked(_ word: String) -> String { "locked \(word)" }

    /// The disk works again.
    func heal() throws {
        for name in ["plan", "plan.hit", "plan.disk"] where folder.exists(name) {
            try FileManager.default.removeItem(atPath: folder.path(name))
        }
    }

    /// The call at which it acted; nil if it was not reached.
    var hit: String? { folder.exists("plan.hit") ? try? folder.text("plan.hit") : nil }

    /// The folder with the library, kept while it is used.
    private static func compile() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        removedAtExit.append(folder.path)
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Tests/Torture/fault.c").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["clang", "-shared", "-fPIC", "-O1", "-o", folder.path("fault.so"), source]
        let started = try StartedProcess(process)
        guard started.waitForEnd(60), started.code == 0 else {
            throw ProgramFailure("clang cannot compile \(source)")
        }
        return folder
    }
}
