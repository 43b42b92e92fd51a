import ArgumentParser
import ReadingSources

/// A part of what files hold, as `--part` names it: `ups=UPS*,Battery?`.
struct PartArgument: ExpressibleByArgument, CustomStringConvertible {
    let name: String
    let patterns: [String]

    /// A part with some patterns.
    init(name: String, patterns: [String]) { (self.name, self.patterns) = (name, patterns) }

    /// Reads a name, `=` and patterns with commas between them.
    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else { return nil }
        let patterns = argument[argument.index(after: equals)...].split(separator: ",").map(String.init)
        guard !patterns.isEmpty else { return nil }
        self.init(name: String(argument[..<equals]), patterns: patterns)
    }

    var description: String { "\(name)=\(patterns.joined(separator: ","))" }

    /// The patterns of its channels.
    var channels: ChannelPatterns { ChannelPatterns(patterns) }

    /// The parts of a command, those of one name as one, in the order of their names' first use.
    static func joined(_ parts: [PartArgument]) -> [PartArgument] {
        var joined: [PartArgument] = []
        for part in parts {
            if let place = joined.firstIndex(where: { $0.name == part.name }) {
                joined[place] = PartArgument(
                    name: part.name,
                    patterns: joined[place].patterns + part.patterns
                )
            } else {
                joined.append(part)
            }
        }
        return joined
    }
}
