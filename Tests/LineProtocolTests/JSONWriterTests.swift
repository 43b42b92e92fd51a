import Foundation
import LineProtocol
import NIOCore
import Statistics
import Testing

@Suite("JSONWriter")
struct JSONWriterTests {
    private func written(_ body: (inout JSONWriter) -> Void) -> String {
        var buffer = ByteBuffer()
        JSONWriter.append(to: &buffer, body)
        return String(buffer: buffer)
    }

    private func parsed(_ text: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    }

    private func decoded<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    @Test("Every scalar up to U+3000 comes back from Foundation's parser, and none breaks the line")
    func strings() throws {
        for code in UInt32(0)...0x3000 {
            guard let scalar = Unicode.Scalar(code) else { continue }
            let text = "a\(Character(scalar))b"
            let json = written { $0.string(text) }
            #expect(try parsed(json) as? String == text)
            #expect(json.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
            #expect(!json.unicodeScalars.contains { $0 == "\u{2028}" || $0 == "\u{2029}" })
        }
        #expect(
            written { $0.string("\"\\\n\r\t\u{0}\u{7f}\u{2028}é😀") } == #""\"\\\n\r\t\u0000\u007f\u2028é😀""#
        )
    }

    @Test("Integers", arguments: [0, 1, 9, 10, 11, 99, 100, 1_234_567_890, -1, -10, .max, .min])
    func integers(value: Int) {
        #expect(written { $0.integer(value) } == String(value))
    }

    @Test("Floats read back to the same bits")
    func floats() throws {
        var random = SplitMix64(seed: 17)
        for _ in 0..<5_000 {
            let double = Double(bitPattern: random.next())
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            // JSONSerialization makes decimals of them, which hold no more than 38 digits.
            let doubles = try decoded([Double?].self, written { $0.array([double]) { $0.number($1) } })
            #expect(doubles.map { $0?.bitPattern } == [double.isFinite ? double.bitPattern : nil])
            let floats = try decoded([Float?].self, written { $0.array([float]) { $0.number($1) } })
            #expect(floats.map { $0?.bitPattern } == [float.isFinite ? float.bitPattern : nil])
        }
    }

    @Test("NaN and infinity are null", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(value: Double) {
        #expect(written { $0.number(value) } == "null")
    }

    @Test("There are commas between elements and nowhere else")
    func commas() throws {
        let json = written { writer in
            writer.object { writer in
                writer.key("a")
                writer.array([1, 2]) { writer, value in writer.array([value, value]) { $0.integer($1) } }
                writer.key("b")
                writer.object { _ in }
                writer.key("c")
                writer.boolean(true)
                writer.key("d")
                writer.array([] as [Int]) { $0.integer($1) }
            }
        }
        #expect(json == #"{"a":[[1,1],[2,2]],"b":{},"c":true,"d":[]}"#)
    }

    @Test("The earlier content of the buffer stays before it")
    func appends() {
        var buffer = ByteBuffer(string: "OK ")
        JSONWriter.append(to: &buffer) { $0.boolean(false) }
        JSONWriter.append(to: &buffer) { $0.boolean(true) }
        #expect(String(buffer: buffer) == "OK falsetrue")
    }
}
