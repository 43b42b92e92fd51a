internal import Foundation

/// Named float32 tensors in Hugging Face's safetensors format: the header's length in eight bytes, a JSON
/// header, and the numbers. PyTorch, NumPy and Rust have libraries for it.
public struct Safetensors: Equatable, Sendable {
    /// One tensor: its shape and its numbers, row-major.
    public struct Tensor: Equatable, Sendable {
        /// The length of each dimension.
        public let shape: [Int]
        /// The numbers; their count is the shape's product.
        public let values: [Float]

        /// A tensor of a shape.
        ///
        /// - Precondition: the shape's product is the number of values.
        public init(shape: [Int], values: [Float]) {
            precondition(
                shape.reduce(1, *) == values.count,
                "the shape's product must be the number of values"
            )
            self.shape = shape
            self.values = values
        }
    }

    /// The tensors by name.
    public var tensors: [String: Tensor]

    /// Tensors by name.
    public init(_ tensors: [String: Tensor]) {
        self.tensors = tensors
    }

    /// The tensor with a name.
    ///
    /// - Throws: ``EncoderError`` with `badWeights`, listing the names that exist, if there is no such
    ///   tensor.
    func tensor(_ name: String) throws(EncoderError) -> Tensor {
        guard let tensor = tensors[name] else {
            let found = tensors.keys.sorted().joined(separator: ", ")
            throw EncoderError(.badWeights, "the weights have no tensor `\(name)`; they have: \(found)")
        }
        return tensor
    }

    private struct Entry: Codable {
        let dtype: String
        let shape: [Int]
        let dataOffsets: [Int]

        enum CodingKeys: String, CodingKey {
            case dtype, shape
            case dataOffsets = "data_offsets"
        }
    }

    /// The longest header that is read, in bytes; Gridkin's own are far shorter.
    static let headerLimit = 1 << 20

    /// The file's bytes. The tensors are sorted by name, so that equal tensors give equal bytes.
    public func encoded() throws -> [UInt8] {
        var header: [String: Entry] = [:]
        var body: [UInt8] = []
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            let start = body.count
            for value in tensor.values {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { body.append(contentsOf: $0) }
            }
            header[name] = Entry(dtype: "F32", shape: tensor.shape, dataOffsets: [start, body.count])
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var json = try [UInt8](encoder.encode(header))
        while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
        return withUnsafeBytes(of: UInt64(json.count).littleEndian, Array.init) + json + body
    }

    /// Reads a file's bytes.
    ///
    /// - Throws: ``EncoderError`` with `badWeights` for a file that is not complete, consistent and float32.
    public init(decoding bytes: [UInt8]) throws(EncoderError) {
        guard bytes.count >= 8 else { throw Self.bad("the file is shorter than its first eight bytes") }
        let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1)) }
        guard length <= Self.headerLimit, 8 + Int(length) <= bytes.count else {
            throw Self.bad("the header claims to have \(length) bytes, but the file has only \(bytes.count)")
        }
        let start = 8 + Int(length)
        let json = try? JSONSerialization.jsonObject(with: Data(bytes[8..<start]))
        guard var object = json as? [String: Any] else { throw Self.bad("the header is not a JSON object") }
        object["__metadata__"] = nil
        let entries: [String: Entry]
        do {
            entries = try JSONDecoder().decode(
                [String: Entry].self,
                from: JSONSerialization.data(withJSONObject: object)
            )
        } catch {
            throw Self.bad("the header does not describe tensors")
        }
        tensors = [:]
        for (name, entry) in entries {
            tensors[name] = try Self.tensor(name, entry, body: bytes[start...])
        }
    }

    private static func tensor(
        _ name: String,
        _ entry: Entry,
        body: ArraySlice<UInt8>
    ) throws(EncoderError) -> Tensor {
        guard entry.dtype == "F32" else {
            throw bad("tensor `\(name)` is \(entry.dtype); only F32 is supported")
        }
        guard entry.dataOffsets.count == 2, entry.dataOffsets[0] >= 0,
            entry.dataOffsets[0] <= entry.dataOffsets[1], entry.dataOffsets[1] <= body.count
        else { throw bad("tensor `\(name)` lies outside the file") }
        let length = entry.dataOffsets[1] - entry.dataOffsets[0]
        var count = 1
        for side in entry.shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: side)
            guard side >= 0, !overflow else { throw bad("tensor `\(name)` has an impossible shape") }
            count = product
        }
        guard length % 4 == 0, count == length / 4 else {
            throw bad("tensor `\(name)` has \(length) bytes, which do not fit its shape \(entry.shape)")
        }
        let first = body.startIndex + entry.dataOffsets[0]
        let values = (0..<count).map { index -> Float in
            let at = first + 4 * index
            let pattern = (0..<4).reduce(UInt32(0)) { $0 | UInt32(body[at + $1]) << (8 * UInt32($1)) }
            return Float(bitPattern: pattern)
        }
        guard values.allSatisfy(\.isFinite) else {
            throw bad("tensor `\(name)` holds numbers that are not finite")
        }
        return Tensor(shape: entry.shape, values: values)
    }

    private static func bad(_ what: String) -> EncoderError {
        EncoderError(.badWeights, "the safetensors file cannot be used: \(what)")
    }
}
