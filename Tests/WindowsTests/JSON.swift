import Foundation

extension Decodable where Self: Encodable {
    /// Written and read back.
    func throughJSON() throws -> Self {
        try JSONDecoder().decode(Self.self, from: JSONEncoder().encode(self))
    }
}
