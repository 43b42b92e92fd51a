internal import Foundation

/// What the system says of this process.
struct ProcessState {
    /// Bytes of memory it has in use.
    let residentBytes: Int
    /// Files, sockets and the like that it has open.
    let descriptors: Int
    /// How many it may have.
    let descriptorLimit: Int
    /// Seconds of the processor it has used.
    let processorSeconds: Double

    /// As it is now; a number that the system does not tell is 0.
    init() {
        let pages = Self.words("/proc/self/statm").dropFirst().first.flatMap { Int($0) } ?? 0
        residentBytes = pages * Int(sysconf(Int32(_SC_PAGESIZE)))
        // The folder's own descriptor is among them, and gone again.
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
