import Foundation
import TestSupport

/// A JSON object whose members can be read.
package struct JSONObject {
    private let members: [String: JSONValue]

    package init(members: [String: JSONValue]) {
        self.members = members
    }

    /// Parses an object.
    package init(_ text: some StringProtocol) throws {
        members = try JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8))
    }

    /// The object of a reply that begins with `OK`.
    package init(reply: String) throws {
        guard reply.hasPrefix("OK ") else { throw ProgramFailure("not OK: \(reply)") }
        try self.init(reply.dropFirst(3))
    }

    /// Parses an array of objects.
    package static func array(_ text: some StringProtocol) throws -> [JSONObject] {
        try JSONDecoder().decode([[String: JSONValue]].self, from: Data(text.utf8)).map(
            JSONObject.init(members:)
        )
    }

    package var names: Set<String> { Set(members.keys) }
    package func text(_ name: String) -> String? { members[name]?.text }
    package func number(_ name: String) -> Double? { members[name]?.number }
    package func integer(_ name: String) -> Int? { number(name).flatMap { Int(exactly: $0) } }
    package func boolean(_ name: String) -> Bool? { members[name]?.boolean }
    package func integers(_ name: String) -> [Int]? {
        members[name]?.array?.compactMap { $0.number.flatMap { Int(exactly: $0) } }
    }
    package func texts(_ name: String) -> [String]? { members[name]?.array?.compactMap(\.text) }
    package func object(_ name: String) -> JSONObject? { members[name]?.object }
    package func objects(_ name: String) -> [JSONObject]? { members[name]?.array?.compactMap(\.object) }
}
