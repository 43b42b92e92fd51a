import ArgumentParser
import Readings
import Verdicts

extension Name {
    /// The name of a meter on the command line, within the limits of the protocol.
    static func meter(_ text: String) throws -> Name {
        try checked { () throws(RequestError) in try RequestLimit.check(name: Name(text), as: "meter") }
        return Name(text)
    }

    /// The kind of an anomaly on the command line, within the limits of the protocol.
    static func kind(_ text: String) throws -> Name {
        try checked { () throws(RequestError) in try RequestLimit.check(kind: Name(text)) }
        return Name(text)
    }

    private static func checked(_ check: () throws(RequestError) -> Void) throws {
        do { try check() } catch { throw ValidationError(error.sentence) }
    }
}
