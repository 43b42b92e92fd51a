import Foundation

/// A JSON object, for looking at its members.
struct JSONObject {
    private let members: [String: Any]

    /// Parses an object.
    init(_ text: some StringProtocol) throws {
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        guard let members = value as? [String: Any] else { throw ProgramFailure("no JSON object: \(text)") }
        self.members = members
    }

    /// Takes the object out of a reply that begins with `OK`.
    init(reply: String) throws {
        guard reply.hasPrefix("OK ") else { throw ProgramFailure("not OK: \(reply)") }
        try self.init(reply.dropFirst(3))
    }

    private init(members: [String: Any]) {
        self.members = members
    }

    var names: Set<String> { Set(members.keys) }
    func text(_ name: String) -> String? { members[name] as? String }
    func number(_ name: String) -> Double? { (members[name] as? NSNumber)?.doubleValue }
    func integer(_ name: String) -> Int? { (members[name] as? NSNumber)?.intValue }
    func boolean(_ name: String) -> Bool? { members[name] as? Bool }
    func integers(_ name: String) -> [Int]? { members[name] as? [Int] }
    func texts(_ name: String) -> [String]? { members[name] as? [String] }
    func object(_ name: String) -> JSONObject? {
        (members[name] as? [String: Any]).map(JSONObject.init(members:))
    }
    func objects(_ name: String) -> [JSONObject]? {
        (members[name] as? [[String: Any]])?.map(JSONObject.init(members:))
    }
}
