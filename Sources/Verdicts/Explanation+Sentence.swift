internal import Foundation
internal import Readings

extension Explanation {
    /// The explanation as one plain sentence.
    public var sentence: String {
        let parts = [whatWas, whatIsUsual, whatDiffers, whatItIsLike, whatThoseWere].compactMap(\.self)
        return parts.joined(separator: "; ") + "."
    }

    /// The channel and its meter.
    private var subject: String { channel.map { "\($0) of \(meter)" } ?? meter.text }

    /// `voltage of feeder 7 fell to 163 V`.
    private var whatWas: String {
        guard channel != nil else { return "\(subject) has a window that is far from the nearest known ones" }
        let strangest = usual == nil && channels > 1 ? ", the strangest of \(channels) channels" : ""
        switch value {
        case .missing: return "\(subject) is missing" + strangest
        case .word(let word):
            if case .word(let last) = before, last != word {
                return "\(subject) went from \(last) to \(word)" + strangest
            }
            return "\(subject) was \(word)" + strangest
        case .number(let number):
            return "\(subject) \(verb(number)) \(figures.text(number, unit))" + strangest
        }
    }

    /// `fell to` or `rose to`, if it was not as far in the reading before; else `was`.
    private func verb(_ number: Double) -> String {
        guard let low = usual?.numbers.first, let high = usual?.numbers.last, case .number(let last) = before
        else { return "was" }
        if number < low, last >= low { return "fell to" }
        if number > high, last <= high { return "rose to" }
        return "was"
    }

    /// `on its 5 nearest ordinary Tuesdays at 14:00 it was 228 to 233 V`.
    private var whatIsUsual: String? {
        guard let usual, channel != nil else { return nil }
        let range: String
        if let low = usual.numbers.first, let high = usual.numbers.last {
            range = figures.text(from: low, to: high, unit)
        } else if !usual.words.isEmpty {
            range = usual.words.map(\.text).joined(separator: " or ")
        } else {
            return nil
        }
        return "\(usual.place) it was \(range)"
    }

    /// Whether the channel showed what it showed in the nearest known normal windows.
    private var isAsUsual: Bool {
        switch value {
        case .missing: false
        case .word(let word): usual?.words.contains(word) ?? false
        case .number(let number):
            if let low = usual?.numbers.first, let high = usual?.numbers.last {
                low <= number && number <= high
            } else {
                false
            }
        }
    }

    /// `its change over 3 readings was 20 V, and 1 V there`: where the value alone shows nothing strange.
    private var whatDiffers: String? {
        guard verdict != .normal, isAsUsual || value == .missing else { return nil }
        guard let feature = features.first else {
            if case .word = value { return "it changed, or stayed, as it did not there" }
            return nil
        }
        let figures = Figures([feature.here, feature.usual])
        return "its \(feature.words) was \(figures.text(feature.here, feature.unit)), and "
            + "\(figures.text(feature.usual, feature.unit)) there"
    }

    /// `4 of its 5 nearest known anomalies are of the kind sag`.
    private var whatItIsLike: String? {
        guard anomalies > 0, verdict != .normal else { return nil }
        if verdict == .novel { return "no known anomaly is nearer to it" }
        guard let most = kinds.first(where: { $0.kind != nil }), let kind = most.kind else { return nil }
        if anomalies == 1 { return "the nearest known anomaly is of the kind \(kind)" }
        return "\(most.count) of its \(anomalies) nearest known anomalies "
            + "\(most.count == 1 ? "is" : "are") of the kind \(kind)"
    }

    /// `2 of them turned out to be storm, repaired with fuse, 3 h`: what most of those turned out to be of
    /// which it was told.
    private var whatThoseWere: String? {
        guard verdict == .anomalous, let most = cases.first else { return nil }
        let which = anomalies == 1 ? "it" : "\(most.count) of them"
        switch (most.told.cause, most.told.repair) {
        case (let cause?, let repair?): return "\(which) turned out to be \(cause), repaired with \(repair)"
        case (let cause?, nil): return "\(which) turned out to be \(cause)"
        case (nil, let repair?): return "\(which) \(most.count == 1 ? "was" : "were") repaired with \(repair)"
        case (nil, nil): return nil
        }
    }

    /// Writes the value and the ends of the band so that those that differ look different.
    private var figures: Figures {
        let band = [usual?.numbers.first, usual?.numbers.last].compactMap(\.self)
        if case .number(let number) = value { return Figures([number] + band) }
        return Figures(band)
    }
}

extension Explanation.Usual {
    /// The windows in words, with what their times share, such as `on its 5 nearest ordinary Tuesdays`.
    fileprivate var place: String {
        let whose = isOwn ? "its" : "the"
        let nearest = count == 1 ? "\(whose) nearest ordinary" : "\(whose) \(count) nearest ordinary"
        let others = isOwn ? "" : " of all meters"
        let time = times.timeOfDay.map { " " + $0 } ?? ""
        if let weekday = times.weekdayName, times.areOnDifferentDays {
            return "on \(nearest) \(weekday)\(count == 1 ? "" : "s")\(others)\(time)"
        }
        let readings = count == 1 ? "reading" : "readings"
        let day = times.weekdayName.map { " on \($0)s" } ?? ""
        let shared = day.isEmpty && time.isEmpty ? "" : ", all\(day)\(time),"
        return "in \(nearest) \(readings)\(others)\(shared)"
    }
}

/// Writes values with as few digits as tell them apart, three at least.
private struct Figures {
    private let digits: Int

    /// - Parameter values: those that are told apart, up to nine digits.
    init(_ values: [Double]) {
        let different = Set(values.map { Float($0) }).count
        digits =
            (3...9).first { digits in Set(values.map { Self.text($0, digits) }).count >= different } ?? 9
    }

    private static func text(_ value: Double, _ digits: Int) -> String {
        var text = String(format: "%.\(digits)g", value)
        if text.contains("e") || abs(value) >= 1e3 {
            let size = abs(value)
            // Of large numbers, all digits before the point.
            if size >= 1, size < 1e15 {
                let before = Int(log10(size).rounded(.down)) + 1
                text = String(format: "%.\(max(digits - before, 0))f", value)
                if text.contains(".") {
                    while text.hasSuffix("0") { text.removeLast() }
                    if text.hasSuffix(".") { text.removeLast() }
                }
            }
        }
        return text == "-0" ? "0" : text
    }

    func text(_ value: Double, _ unit: String) -> String {
        Self.text(value, digits) + (unit.isEmpty ? "" : " \(unit)")
    }

    func text(from low: Double, to high: Double, _ unit: String) -> String {
        let (from, to) = (Self.text(low, digits), Self.text(high, digits))
        return (from == to ? from : "\(from) to \(to)") + (unit.isEmpty ? "" : " \(unit)")
    }
}
