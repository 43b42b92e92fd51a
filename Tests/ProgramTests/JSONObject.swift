import Foundation

/// A JSON object, for looking at its members.
struct JSONObject {
    private let members: [String: JSONValue]

    init(members: [String: JSONValue]) {
        self.members = members
    }

    /// Parses an object.
    init(_ text: some StringProtocol) throws {
        members = try JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8))
    }

    /// Takes the object out of a reply that begins with `OK`.
    init(reply: String) throws {
        guard reply.hasPrefix("OK ") else { throw ProgramFailure("not OK: \(reply)") }
        try self.init(reply.dropFirst(3))
    }

    /// Parses an array of objects.
    static func array(_ text: some StringProtocol) throws -> [JSONObject] {
        try JSONDecoder().decode([[String: JSONValue]].self, from: Data(text.utf8)).map(
            JSONObject.init(members:)
        )
    }

    var names: Set<String> { Set(members.keys) }
    func text(_ name: String) -> String? { members[name]?.text }
    func number(_ name: String) -> Double? { members[name]?.number }
    func integer(_ name: String) -> Int? { number(name).flatMap { Int(exactly: $0) } }
    func boolean(_ name: String) -> Bool? { members[name]?.boolean }
    func integers(_ name: String) -> [Int]? {
        members[name]?.array?.compactMap { $0.number.flatMap { Int(exactly: $0) } }
    }
    func texts(_ name: String) -> [String]? { members[name]?.array?.compactMap(\.text) }
    func object(_ name: String) -> JSONObject? { members[name]?.object }
    func objects(_ name: String) -> [JSONObject]? { members[name]?.array?.compactMap(\.object) }
}
