import Encoder
import Testing
import Windows

@Suite struct EncoderDescriptionTests {
    private static let whole = """
        {"encoder": "lstm", "channels": 2, "hasCalendar": true, "dimension": 8, "slots": 48, "features": []}
        """

    @Test func readsWhatItNeeds() throws {
        let description = try EncoderDescription(decoding: Array(Self.whole.utf8))
        #expect(description.encoder == .lstm && description.parts == nil)
        #expect(description.layout == FeatureLayout(channelCount: 2, hasCalendar: true, slots: 48))
        #expect(description.layout.slotWidth == 4)
        #expect(try EncoderDescription(decoding: description.encoded()) == description)
    }

    @Test(arguments: [
        ("\"lstm\"", "\"transformer\"", "`encoder`"), ("\"channels\": 2, ", "", "`channels`"),
        ("\"channels\": 2", "\"channels\": \"two\"", "`channels`"),
        ("\"slots\": 48", "\"slots\": 100000", "slots"),
        ("\"channels\": 2", "\"channels\": -1", "channels"), ("{", "[", "JSON"),
    ])
    func saysWhichKeyIsWrong(old: String, new: String, named: String) throws {
        let text = Self.whole.replacing(old, with: new)
        let error = #expect(throws: EncoderError.self) { try EncoderDescription(decoding: Array(text.utf8)) }
        #expect(
            error?.code == .badDescription && error?.message.contains(named) == true,
            "\(error?.message ?? "")"
        )
    }

    @Test func aConcatenationNamesItsParts() throws {
        for parts in ["", ", \"parts\": []", ", \"parts\": [{\"encoder\": \"concatenation\", \"scale\": 1}]"]
        {
            let text = """
                {"encoder": "concatenation", "channels": 1, "hasCalendar": false, "dimension": 8, "features": []\(parts)}
                """
            let description = try EncoderDescription(decoding: Array(text.utf8))
            #expect(throws: EncoderError.self) { try description.encoder(weights: Safetensors([:])) }
        }
    }
}
