import ReadingSources
import Readings

/// The scanner's slow twin: all bytes at once, one at a time, a copy of every field.
struct NaiveRecords {
    enum Record: Equatable, Sendable {
        case row(line: Int, fields: [String], raw: String)
        case rejected(line: Int, Rejection, raw: String)
    }

    private struct Bad: Error {
        let rejection: Rejection
    }

    private let bytes: [UInt8]
    private let delimiter: UInt8
    private var at = 0

    static func read(_ bytes: [UInt8], delimiter: UInt8) -> [Record] {
        var reader = NaiveRecords(bytes: bytes, delimiter: delimiter)
        return reader.records()
    }

    private init(bytes: [UInt8], delimiter: UInt8) {
        self.bytes = bytes
        self.delimiter = delimiter
    }

    private mutating func records() -> [Record] {
        var records: [Record] = []
        while at < bytes.count {
            let start = at
            let line = 1 + bytes[..<start].count { $0 == 10 }
            do {
                let fields = try record()
                let raw = withoutLineEnd(bytes[start..<at])
                if raw.allSatisfy({ [32, 9, 13, 10].contains($0) }), fields.count == 1 { continue }
                records.append(.row(line: line, fields: fields.map(text), raw: text(raw)))
            } catch {
                let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
                let raw = withoutLineEnd(bytes[start..<end])
                let rejection = (error as? Bad)?.rejection ?? .badTime
                records.append(.rejected(line: line, rejection, raw: text(raw)))
                at = min(end + 1, bytes.count)
            }
        }
        return records
    }

    private func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    private func withoutLineEnd(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let line = line.last == 10 ? line.dropLast() : line
        return line.last == 13 ? line.dropLast() : line
    }

    private mutating func record() throws -> [[UInt8]] {
        var fields: [[UInt8]] = []
        while true {
            fields.append(at < bytes.count && bytes[at] == 34 ? try quoted() : try plain())
            if at == bytes.count { return fields }
            let byte = bytes[at]
            at += 1
            if byte == 10 { return fields }
            if byte == 13, at == bytes.count { return fields }
            if byte == 13, bytes[at] == 10 {
                at += 1
                return fields
            }
            guard byte == delimiter else { throw Bad(rejection: .strayQuote) }
        }
    }

    private mutating func quoted() throws -> [UInt8] {
        var field: [UInt8] = []
        at += 1
        while at < bytes.count {
            if bytes[at] == 34 {
                at += 1
                guard at < bytes.count, bytes[at] == 34 else { return field }
            }
            field.append(bytes[at])
            at += 1
        }
        throw Bad(rejection: .unclosedQuote)
    }

    private mutating func plain() throws -> [UInt8] {
        var field: [UInt8] = []
        while at < bytes.count, bytes[at] != delimiter, bytes[at] != 10 {
            guard bytes[at] != 34 else { throw Bad(rejection: .strayQuote) }
            field.append(bytes[at])
            at += 1
        }
        let isLast = at == bytes.count || bytes[at] == 10
        return isLast && field.last == 13 ? field.dropLast() : field
    }
}
