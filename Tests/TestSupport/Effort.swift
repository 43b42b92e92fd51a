internal import Foundation

/// How often a test that tries many cases tries.
public enum Effort {
    /// So often as `GRIDKIN_EFFORT` says, which `Tests/Torture/run` sets, else what is quick.
    public static func count(quick: Int) -> Int { asked ?? quick }

    /// What `GRIDKIN_EFFORT` says.
    public static let asked = number("GRIDKIN_EFFORT")

    /// The case to begin with, from 0: a run that was cut short goes on where `GRIDKIN_EFFORT_FROM` says.
    public static let first = number("GRIDKIN_EFFORT_FROM") ?? 0

    private static func number(_ variable: String) -> Int? {
        ProcessInfo.processInfo.environment[variable].flatMap { Int($0) }
    }
}
