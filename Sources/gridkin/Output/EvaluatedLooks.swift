/// The figures of both looks as JSON: the first look's, and the second's beside them where there is one.
struct EvaluatedLooks: Encodable {
    let first: Evaluation
    let second: Evaluation?

    private enum CodingKeys: CodingKey {
        case secondLook
    }

    func encode(to encoder: any Encoder) throws {
        try first.encode(to: encoder)
        guard let second else { return }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(second, forKey: .secondLook)
    }
}
