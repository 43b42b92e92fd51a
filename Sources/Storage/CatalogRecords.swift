internal import Foundation
public import Readings

/// The two banks: embeddings of one class each.
public enum Bank: String, CaseIterable, Codable, Sendable {
    /// Windows labelled normal, or unlabelled and treated as normal.
    case normal
    /// Windows labelled anomalous.
    case anomalous
}

/// A label with its source.
public struct KnownLabel: Hashable, Sendable {
    /// The label itself.
    public let label: Label
    /// Whether a person gave it, and not the data set: it then weighs more.
    public let isFromPerson: Bool

    /// A label of a person or of a data set.
    public init(_ label: Label, isFromPerson: Bool = false) {
        self.label = label
        self.isFromPerson = isFromPerson
    }
}

/// A meter as the catalog keeps it.
public struct StoredMeter: Equatable, Sendable {
    /// Its number in this catalog, from 0.
    public let id: Int
    /// Its name.
    public let name: Name
    /// Its profile, as JSON.
    public let profile: [UInt8]
    /// Its calibration, as JSON; empty where the pooled one is used.
    public let calibration: [UInt8]

    /// A meter of a catalog.
    public init(id: Int, name: Name, profile: [UInt8], calibration: [UInt8] = []) {
        self.id = id
        self.name = name
        self.profile = profile
        self.calibration = calibration
    }
}

/// A reading of a meter that the catalog or the journal holds.
public struct StoredReading: Equatable, Sendable {
    /// Milliseconds since 1970, UTC.
    public let time: Int64
    /// One value for each channel; NaN where missing.
    public let values: [Double]
    /// Its label; nil if it has none, or if the journal holds it.
    public let label: KnownLabel?

    /// A reading of a time.
    public init(time: Int64, values: [Double], label: KnownLabel? = nil) {
        self.time = time
        self.values = values
        self.label = label
    }

    /// A reading without the name of its meter.
    package init(_ reading: Reading) {
        self.init(time: reading.time.milliseconds, values: reading.values)
    }
}

/// A reading's values as SQLite keeps them: eight little-endian bytes a channel.
enum Values {
    /// The size of a reading of so many channels.
    static func bytes(channels: Int) -> Int { channels * 8 }

    static func data(_ values: ArraySlice<Double>) -> Data {
        var data = Data(capacity: bytes(channels: values.count))
        for value in values {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
        return data
    }

    static func array(_ data: Data) -> [Double] {
        data.withUnsafeBytes { bytes in
            (0..<bytes.count / 8).map { index in
                Double(
                    bitPattern: UInt64(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
                    )
                )
            }
        }
    }
}
