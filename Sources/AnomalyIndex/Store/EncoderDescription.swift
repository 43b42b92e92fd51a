/// What an encoder is and what goes into it: `encoder.json`, beside the weights.
struct EncoderDescription: Codable, Equatable, Sendable {
    let encoder: String
    let channels: Int
    let hasCalendar: Bool
    let dimension: Int
    /// The features by name, in order, for people.
    let features: [String]
}
