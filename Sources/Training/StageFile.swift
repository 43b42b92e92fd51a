internal import Encoder
internal import Foundation
internal import Storage
package import Verdicts

/// The file of one stage of a build, so that one machine can go on where another one stopped.
///
/// A plain, deterministic layout: equal stages are equal files.
///
///     gridkin-stage 1                     the format
///     3a7b…                               the SHA-256 of all that follows, in hexadecimal
///     {"kind":…,"sections":[…]}           what stage it is; each section's name and its length in bytes
///     …                                   the sections, one after the other
///
/// A section is JSON, safetensors or, for numbers some of which are unknown (NaN), little-endian float32
/// numbers.
///
/// The checksum is compared before anything else is read, so that a file that was cut or altered is refused.
package struct StageFile: Sendable {
    /// The kind of stage, such as `training-plan`.
    let kind: String
    /// The sections by name.
    private(set) var sections: [String: [UInt8]] = [:]

    private static let firstLine = "gridkin-stage 1\n"
    /// Hexadecimal digits of a SHA-256, and the end of the line.
    private static let checksumLength = 65

    private struct Contents: Codable {
        struct Section: Codable {
            let bytes: Int
            let name: String
        }
        let kind: String
        let sections: [Section]
    }

    /// A file without sections.
    init(kind: String) {
        self.kind = kind
    }

    /// Adds a section as JSON with sorted keys.
    mutating func add(_ value: some Encodable, as name: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        sections[name] = try [UInt8](encoder.encode(value))
    }

    /// Adds tensors as a section.
    mutating func add(_ tensors: Safetensors, as name: String) throws {
        sections[name] = try tensors.encoded()
    }

    /// Adds numbers as a section.
    mutating func add(_ numbers: [Float], as name: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * numbers.count)
        for number in numbers {
            withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        sections[name] = bytes
    }

    /// Reads a section of JSON.
    func value<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(section(name)))
    }

    /// Reads a section of tensors.
    func tensors(_ name: String) throws -> Safetensors {
        try Safetensors(decoding: section(name))
    }

    /// Reads a section of numbers.
    func numbers(_ name: String) throws -> [Float] {
        let bytes = try section(name)
        guard bytes.count.isMultiple(of: 4) else {
            throw StageContentError("its section `\(name)` does not consist of whole numbers of four bytes")
        }
        return stride(from: 0, to: bytes.count, by: 4).map { start in
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
            return Float(bitPattern: bits)
        }
    }

    private func section(_ name: String) throws(StageContentError) -> [UInt8] {
        guard let section = sections[name] else { throw StageContentError("it has no section `\(name)`") }
        return section
    }

    /// The file's bytes.
    func encoded() throws -> [UInt8] {
        let ordered = sections.sorted { $0.key < $1.key }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let contents = Contents(
            kind: kind,
            sections: ordered.map { Contents.Section(bytes: $1.count, name: $0) }
        )
        let body = try [UInt8](encoder.encode(contents)) + [UInt8(ascii: "\n")] + ordered.flatMap(\.value)
        return try Array("\(Self.firstLine)\(Checksum.of(body))\n".utf8) + body
    }

    /// Reads a file's bytes.
    ///
    /// - Throws: ``StageContentError`` with what is wrong with them.
    init(decoding bytes: [UInt8], kind: String) throws {
        let first = Array(Self.firstLine.utf8)
        let start = first.count + Self.checksumLength
        guard bytes.count > start, bytes.starts(with: first), bytes[start - 1] == UInt8(ascii: "\n") else {
            throw StageContentError("it does not begin like a stage of a build that this program writes")
        }
        let body = bytes[start...]
        guard try bytes[first.count..<start - 1].elementsEqual(Checksum.of(Array(body)).utf8) else {
            throw StageContentError("its checksum is wrong: it was cut or altered")
        }
        guard let end = body.firstIndex(of: UInt8(ascii: "\n")),
            let contents = try? JSONDecoder().decode(Contents.self, from: Data(body[..<end]))
        else { throw StageContentError("its table of contents cannot be read") }
        guard contents.kind == kind else {
            throw StageContentError("it is the stage `\(contents.kind)`, and `\(kind)` is needed")
        }
        self.kind = kind
        var position = end + 1
        for section in contents.sections {
            guard section.bytes >= 0, section.bytes <= body.endIndex - position else {
                throw StageContentError("the section `\(section.name)` is not whole")
            }
            sections[section.name] = Array(body[position..<position + section.bytes])
            position += section.bytes
        }
        guard position == body.endIndex else {
            throw StageContentError("it goes on after its last section")
        }
    }
}

/// What is wrong with the content of a stage's file, as the end of a sentence.
struct StageContentError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The result of one stage of a build: a value that can be written to a file and read back, to the last bit.
package protocol BuildStage: Sendable {
    /// What kind of stage it is; a file of another kind is refused.
    static var kind: String { get }
    /// Adds the value's sections to a file.
    func write(into file: inout StageFile) throws
    /// Reads the value from a file's sections; any error means that the file cannot be used.
    init(_ file: StageFile) throws
}

extension BuildStage {
    /// The bytes of the stage's file; equal values give equal bytes.
    package func encoded() throws -> [UInt8] {
        var file = StageFile(kind: Self.kind)
        try write(into: &file)
        return try file.encoded()
    }

    /// Writes the stage's file, so that it is on the disk when this returns.
    ///
    /// - Throws: ``IndexError`` with `storage`.
    package func write(to path: String) throws {
        try DurableFile.write(encoded(), to: path)
    }

    /// Reads a stage from the bytes of its file.
    ///
    /// - Parameter path: where the file is, for the error.
    /// - Throws: ``IndexError`` with `damaged` for bytes that were cut or altered, or are of another kind of
    ///   stage.
    package init(decoding bytes: [UInt8], path: String) throws(IndexError) {
        do {
            try self.init(StageFile(decoding: bytes, kind: Self.kind))
        } catch {
            let reason =
                error is DecodingError ? "its content is not that of the stage `\(Self.kind)`" : "\(error)"
            throw IndexError(
                .damaged,
                "\(path) cannot be used: \(reason); remove the file and run this stage of the build again"
            )
        }
    }

    /// Reads a stage's file.
    ///
    /// - Throws: ``IndexError`` with `damaged` where it is missing, cut, altered, or of another kind of
    ///   stage.
    package init(reading path: String) throws(IndexError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw IndexError(
                .damaged,
                "\(path) is missing or cannot be read; run this stage of the build again"
            )
        }
        try self.init(decoding: [UInt8](data), path: path)
    }
}
