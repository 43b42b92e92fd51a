import Detection
internal import Encoder
internal import Foundation
internal import ReadingSources
internal import Readings
internal import S3
import Storage

extension FuzzTarget {
    /// In a file that is accepted, times ascend, and each reading has one value for each channel.
    func csv(_ bytes: [UInt8]) throws(BrokenPromise) {
        guard let histories = try? histories(bytes) else { return }
        for history in histories {
            let isWhole = history.values.count == history.count * history.channelCount
            try BrokenPromise.unless(
                isWhole && history.labels.count == history.count,
                "a reading has every channel"
            )
            let isOrdered = zip(history.times, history.times.dropFirst()).allSatisfy(<)
            try BrokenPromise.unless(isOrdered, "times ascend")
        }
    }

    /// As of CSV.
    func database(_ bytes: [UInt8]) throws(BrokenPromise) {
        guard bytes.starts(with: Array("SQLite format 3\0".utf8)) else { return }
        try csv(bytes)
    }

    /// As of CSV, with the input as the file of labels of readings that are always the same: labels are given
    /// to readings, which stay as they are.
    func periods(_ bytes: [UInt8]) throws(BrokenPromise) {
        let readings = URL(fileURLWithPath: scratch.path + ".csv")
        defer { try? FileManager.default.removeItem(at: readings) }
        guard (try? Data(Self.twoDays.utf8).write(to: readings)) != nil,
            (try? Data(bytes).write(to: scratch)) != nil,
            var files = try? ReadingFiles(paths: [readings.path])
        else { return }
        files.labels = try? InputFiles([scratch.path])
        guard let histories = try? files.read().histories else { return }
        try BrokenPromise.unless(histories.map(\.count) == [48, 48], "labels take and give no reading")
        try BrokenPromise.unless(
            histories.allSatisfy { $0.labels.count == 48 },
            "a reading has one label or none"
        )
    }

    /// Two meters, hourly.
    private static let twoDays: String = (0..<48).reduce(into: "meter,time,kw\n") { text, hour in
        let time = Timestamp(milliseconds: 1_704_672_000_000 + Int64(hour) * 3_600_000)
        for meter in ["pump", "fan"] { text += "\(meter),\(time),\(Double(hour * 7 % 24) / 8)\n" }
    }

    /// As of CSV; and what Foundation takes for JSON, in one line, is never refused as something else.
    func urban(_ bytes: [UInt8]) throws(BrokenPromise) {
        guard bytes.first == UInt8(ascii: "{") else { return }
        try csv(bytes)
        guard bytes.allSatisfy({ (32..<127).contains($0) }),
            (try? JSONSerialization.jsonObject(with: Data(bytes))) != nil
        else { return }
        do {
            _ = try ReadingFiles(paths: [scratch.path]).read()
        } catch {
            try BrokenPromise.unless(
                !error.sentence.contains("no JSON") && !error.sentence.contains("JSON that ends"),
                "JSON is read as JSON: \(error)"
            )
        }
    }

    private func histories(_ bytes: [UInt8]) throws -> [MeterHistory] {
        try Data(bytes).write(to: scratch)
        return try ReadingFiles(paths: [scratch.path]).read().histories
    }

    /// What is accepted can be written and read again.
    func timestamp(_ bytes: [UInt8]) throws(BrokenPromise) {
        guard let time = Timestamp(String(decoding: bytes, as: UTF8.self)) else { return }
        try BrokenPromise.unless(Timestamp(time.description) == time, "a time is read as written")
    }

    /// What is accepted can be written and read again.
    func manifest(_ bytes: [UInt8]) throws(BrokenPromise) {
        guard let manifest = try? Manifest(decoding: bytes, path: "manifest.json") else { return }
        let again = try? Manifest(decoding: manifest.encoded(), path: "manifest.json")
        try BrokenPromise.unless(again == manifest, "a manifest is read as written")
    }

    /// What is accepted can be written and read again; every probability of a forest is between 0 and 1.
    func safetensors(_ bytes: [UInt8]) throws(BrokenPromise) {
        guard let tensors = try? Safetensors(decoding: bytes) else { return }
        let again = try? Safetensors(decoding: tensors.encoded())
        try BrokenPromise.unless(again == tensors, "tensors are read as written")
        if let encoder = try? PCAEncoder(tensors, channelCount: 1) {
            try BrokenPromise.unless(
                encoder.dimension >= 0 && encoder.inputCount >= 0,
                "an encoder has a shape"
            )
        }
        guard let forest = try? Forest(tensors, inputCount: 3) else { return }
        for value: Float in [-1, 0, 1] {
            let share = forest.probability([value, -value, value])
            try BrokenPromise.unless((0...1).contains(share), "a share is from 0 to 1")
        }
    }

    /// A list of keys that is accepted has nothing but keys, and says how to go on if it must.
    func bucket(_ bytes: [UInt8]) throws(BrokenPromise) {
        _ = S3Refusal(bytes)
        guard let page = try? S3Listing(bytes) else { return }
        let isWhole = page.objects.allSatisfy { !$0.key.isEmpty && $0.size >= 0 }
        try BrokenPromise.unless(isWhole, "an object has a key and a size")
        try BrokenPromise.unless(page.next?.isEmpty != true, "the next page has a name")
        try BrokenPromise.unless(page.objects.count <= bytes.count / 32, "objects are not made of nothing")
    }

    /// Reads a catalog without checking its SHA-256, which the program never does.
    func catalog(_ bytes: [UInt8]) {
        guard (try? Data(bytes).write(to: scratch)) != nil,
            let catalog = try? CatalogReader(path: scratch.path)
        else { return }
        _ = try? catalog.check()
        _ = try? catalog.calibration(name: "classifier")
        for bank in Bank.allCases { _ = try? catalog.windows(of: bank) }
        for meter in (try? catalog.meters()) ?? [] {
            _ = try? catalog.readings(meter: meter.id)
            _ = try? catalog.reading(meter: meter.id, at: 3_600_000)
            _ = try? catalog.newestTime(meter: meter.id)
        }
    }
}
