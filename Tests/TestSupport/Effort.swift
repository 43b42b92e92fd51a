internal import Foundation

/// How often a test that tries many cases tries.
public enum Effort {
    /// So often as `GRIDKIN_EFFORT` says, which `Benchmarks/torture` sets, else what is quick.
    public static func count(quick: Int) -> Int { asked ?? quick }

    /// What `GRIDKIN_EFFORT` says.
    public static let asked = ProcessInfo.processInfo.environment["GRIDKIN_EFFORT"].flatMap { Int($0) }
}
