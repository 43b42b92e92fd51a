internal import Foundation

/// The positions of values along an axis.
package struct Scale {
    /// The value at the axis's start.
    package let low: Double
    /// The value at the axis's end, greater than ``low``.
    package let high: Double
    /// Whether the axis is logarithmic; ``low`` is then greater than 0.
    package let isLogarithmic: Bool
    /// The pixel of the axis's start.
    package let start: Double
    /// The pixel of the axis's end.
    package let end: Double

    /// A scale from one value to another, drawn from one pixel to another.
    package init(_ low: Double, _ high: Double, logarithmic: Bool = false, from start: Double, to end: Double)
    {
        let least = logarithmic ? max(Self.drawable(low), 1e-9) : Self.drawable(low)
        let most = Self.drawable(high)
        self.low = least
        // Keeps the axis from having no length if all values are equal.
        self.high = most > least ? most : logarithmic ? least * 10 : least + 1
        isLogarithmic = logarithmic
        self.start = start
        self.end = end
    }

    /// The nearest value from which pixels can be computed; 0 for NaN.
    private static func drawable(_ value: Double) -> Double {
        value.isNaN ? 0 : min(max(value, -1e12), 1e12)
    }

    /// The pixel of a value; values outside the scale are drawn at its nearer end.
    package func pixel(_ value: Double) -> Double {
        let value = value.isNaN ? low : min(max(value, low), high)
        let share =
            isLogarithmic ? log(value / low) / log(high / low) : (value - low) / (high - low)
        return start + share * (end - start)
    }

    /// A few round values along the axis, with their labels.
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
