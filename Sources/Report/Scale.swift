internal import Foundation

/// Where values lie along an axis.
package struct Scale {
    /// The values at its two ends, `low` < `high`.
    package let low: Double
    package let high: Double
    /// Whether each step is a factor rather than a difference; `low` is then above 0.
    package let isLogarithmic: Bool
    /// The pixels of its two ends.
    package let start: Double
    package let end: Double

    package init(_ low: Double, _ high: Double, logarithmic: Bool = false, from start: Double, to end: Double)
    {
        let least = logarithmic ? max(Self.drawable(low), 1e-9) : Self.drawable(low)
        let most = Self.drawable(high)
        self.low = least
        // Nothing that is measured may make an axis without a length.
        self.high = most > least ? most : logarithmic ? least * 10 : least + 1
        isLogarithmic = logarithmic
        self.start = start
        self.end = end
    }

    /// What is no number, or too large for any axis, must not end in a place that is no number either.
    private static func drawable(_ value: Double) -> Double {
        value.isNaN ? 0 : min(max(value, -1e12), 1e12)
    }

    /// The place of a value; what lies outside is put at the nearer end.
    package func place(_ value: Double) -> Double {
        let value = value.isNaN ? low : min(max(value, low), high)
        let share =
            isLogarithmic ? log(value / low) / log(high / low) : (value - low) / (high - low)
        return start + share * (end - start)
    }

    /// A few round values along it, with their words.
    package var ticks: [(value: Double, label: String)] {
        isLogarithmic ? powers : steps
    }

    private var powers: [(value: Double, label: String)] {
        let all = (-9...9).map { pow(10, Double($0)) }.filter { $0 >= low * 0.999 && $0 <= high * 1.001 }
        return all.map { ($0, $0 >= 1 ? Markup.fixed($0, 0) : Self.short($0)) }
    }

    private var steps: [(value: Double, label: String)] {
        let rough = (high - low) / 5
        let power = pow(10, floor(log10(rough)))
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
        let decimals = max(0, -Int(floor(log10(step) + 1e-9)))
        let first = Int((low / step - 1e-9).rounded(.up))
        let last = max(Int((high / step + 1e-9).rounded(.down)), first)
        return (first...last).map { index in
            (Double(index) * step, Markup.fixed(Double(index) * step, min(decimals, 9)))
        }
    }

    private static func short(_ value: Double) -> String {
        let decimals = max(0, -Int(floor(log10(value) + 1e-9)))
        return Markup.fixed(value, decimals)
    }
}
