import Encoder
import Foundation
import Statistics
import Testing

@Suite struct SafetensorsTests {
    static let example = Safetensors([
        "weights": .init(shape: [2, 3], values: [1, -2.5, 0, 3e38, .leastNonzeroMagnitude, -0.0]),
        "mean": .init(shape: [2], values: [0.1, 7]),
        "ünï/\"quoted\"": .init(shape: [], values: [4]),
    ])

    /// A file with this text as its header.
    static func file(_ header: String, body: [UInt8] = []) -> [UInt8] {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8) + body
    }

    private func isConsistent(_ tensors: Safetensors) -> Bool {
        tensors.tensors.values.allSatisfy { tensor in
            tensor.shape.allSatisfy { $0 >= 0 } && tensor.shape.reduce(1, *) == tensor.values.count
                && tensor.values.allSatisfy { $0.isFinite }
        }
    }

    @Test func areReadAsWritten() throws {
        let back = try Safetensors(decoding: Self.example.encoded())
        #expect(back == Self.example)
        #expect(back.tensors["weights"]?.values.last?.sign == .minus)
        #expect(try Safetensors(decoding: Safetensors([:]).encoded()).tensors.isEmpty)
    }

    @Test func equalTensorsGiveEqualBytes() throws {
        let bytes = try Self.example.encoded()
        for seed: UInt64 in 0..<20 {
            // The order of insertion changes a dictionary's own order.
            var random = SplitMix64(seed: seed)
            var tensors: [String: Safetensors.Tensor] = [:]
            for (name, tensor) in Self.example.tensors.shuffled(using: &random) { tensors[name] = tensor }
            #expect(try Safetensors(tensors).encoded() == bytes)
        }
    }

    @Test func haveTheLayoutOfTheFormat() throws {
        let bytes = try Safetensors(["a": .init(shape: [2], values: [1, 2])]).encoded()
        let header = "{\"a\":{\"data_offsets\":[0,8],\"dtype\":\"F32\",\"shape\":[2]}}"
        let length = Int(bytes[0]) + Int(bytes[1]) << 8
        #expect(bytes[2..<8].allSatisfy { $0 == 0 } && length % 8 == 0)
        let text = String(decoding: bytes[8..<8 + length], as: UTF8.self)
        #expect(text.trimmingCharacters(in: .whitespaces) == header)
        #expect(Array(bytes[(8 + length)...]) == [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40])
    }

    /// The Python package writes keys in another order, metadata, and spaces at the end.
    @Test func readsWhatPythonWrites() throws {
        let header =
            "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}   "
        let body: [UInt8] = [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40]
        let read = try Safetensors(decoding: Self.file(header, body: body))
        #expect(
            read
                == Safetensors([
                    "a": .init(shape: [1], values: [3]), "b": .init(shape: [1, 2], values: [1, 2]),
                ])
        )
    }

    @Test func everyTruncationIsNoticed() throws {
        let bytes = try Self.example.encoded()
        for length in 0..<bytes.count {
            let error = #expect(throws: EncoderError.self) {
                try Safetensors(decoding: Array(bytes[..<length]))
            }
            #expect(error?.code == .badWeights)
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>) func mutationsAreRefusedOrConsistent(seed: UInt64) throws {
        let whole = try Self.example.encoded()
        var random = SplitMix64(seed: seed)
        var refused = 0
        for _ in 0..<1000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                // Mostly in the header and its length, where a parser is most likely to fail.
                let end = Int.random(in: 0..<4, using: &random) > 0 ? 250 : bytes.count
                let index = Int.random(in: 0..<min(end, bytes.count), using: &random)
                let interesting = Array("0123456789-+.eE\"{}[],:\\ \0u".utf8)
                bytes[index] =
                    Bool.random(using: &random)
                    ? UInt8.random(in: 0...255, using: &random)
                    : interesting.randomElement(using: &random) ?? 0
            }
            do throws(EncoderError) {
                let read = try Safetensors(decoding: bytes)
                #expect(isConsistent(read))
            } catch {
                refused += 1
                #expect(error.code == .badWeights)
            }
        }
        #expect(refused > 300)
    }

    static let hostileHeaders = [
        "", " ", "{", "}", "nonsense", "[]", "[1]", "null", "3", "\"a\"",
        "{\"a\":1}", "{\"a\":null}", "{\"a\":{}}",
        "{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[100,104]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1,-1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1e400],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775808],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-9223372036854775808,9223372036854775807]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,2]}}",
        "{\"a\\ud800\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,4]}}",
        String(repeating: "[", count: 100_000),
        String(repeating: "{\"a\":", count: 100_000),
        "{\"a\":{\"dtype\":\"F32\",\"shape\":\(String(repeating: "[", count: 5000)),\"data_offsets\":[0,4]}}",
    ]

    @Test(arguments: 0..<hostileHeaders.count) func hostileHeadersAreRefused(index: Int) {
        let bytes = Self.file(Self.hostileHeaders[index], body: [UInt8](repeating: 0, count: 16))
        let error = #expect(throws: EncoderError.self) { try Safetensors(decoding: bytes) }
        #expect(error?.code == .badWeights)
    }

    @Test(arguments: [0, 1, 8, 1 << 20, 1 << 62, 1 << 63, .max] as [UInt64])
    func hostileLengthsAreRefused(length: UInt64) {
        let bytes = withUnsafeBytes(of: length.littleEndian, Array.init) + [UInt8](repeating: 0, count: 16)
        let error = #expect(throws: EncoderError.self) { try Safetensors(decoding: bytes) }
        #expect(error?.code == .badWeights)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity]) func numbersMustBeFinite(value: Float) throws {
        let bytes = try Safetensors(["a": .init(shape: [2], values: [1, value])]).encoded()
        let error = #expect(throws: EncoderError.self) { try Safetensors(decoding: bytes) }
        #expect(error?.message.contains("`a`") == true)
    }
}
