/// Where a count of 100 nanoseconds begins.
public enum TickEpoch: String, CaseIterable, Sendable {
    /// The ticks of .NET: since year 1, on the local clock unless the program says else.
    case dotNet = "ticks of .NET"
    /// The FILETIME of Windows: since 1601, in UTC.
    case windows = "ticks of Windows since 1601"

    /// 1970 in milliseconds since the count began.
    private var unixEpoch: Int64 {
        switch self {
        case .dotNet: 62_135_596_800_000
        case .windows: 11_644_473_600_000
        }
    }

    /// A count in milliseconds since 1970; nil if it is not of a moment from 1995 to 2060. As nanoseconds
    /// since 1970 such numbers would be of 1974 and 1990.
    package func moment(_ ticks: Int64) -> Int64? {
        let milliseconds = ticks / 10_000 - unixEpoch
        return (788_918_400_000..<2_840_140_800_000).contains(milliseconds) ? milliseconds : nil
    }
}
