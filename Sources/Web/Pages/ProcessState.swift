internal import Foundation

/// The resources that this process uses, as the system reports them.
struct ProcessState {
    /// Bytes of memory it has in use.
    let residentBytes: Int
    /// Descriptors that it has open: files, sockets, and so on.
    let descriptors: Int
    /// How many descriptors it may have open.
    let descriptorLimit: Int
    /// Seconds of the processor it has used.
    let processorSeconds: Double

    /// The state now; a number that the system does not report is 0.
    init() {
        let pages = Self.words("/proc/self/statm").dropFirst().first.flatMap { Int($0) } ?? 0
        residentBytes = pages * Int(sysconf(Int32(_SC_PAGESIZE)))
        // One of them is the descriptor of the folder being listed, which is closed again.
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 0
        descriptors = max(open - 1, 0)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        descriptorLimit = Int(clamping: limit.rlim_cur)
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        processorSeconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
    }

    private static func words(_ path: String) -> [Substring] {
        let data = FileManager.default.contents(atPath: path) ?? Data()
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }
}
