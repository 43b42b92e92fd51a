/// Why the benchmark cannot go on.
struct Failure: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
