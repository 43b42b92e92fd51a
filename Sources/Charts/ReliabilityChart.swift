/// Realised against nominal false-alarm rates, on logarithmic axes. On the diagonal the two are equal.
package struct ReliabilityChart {
    /// A nominal rate, the realised rate, and its confidence interval.
    package typealias Rate = (nominal: Double, realised: Double, interval: ClosedRange<Double>?)

    /// The rates, the lowest first.
    package var rates: [Rate]

    /// A chart of rates.
    package init(rates: [Rate]) {
        self.rates = rates
    }

    /// The chart as an SVG element.
    package var svg: String {
        let all = rates.flatMap { rate in
            [rate.nominal, rate.realised, rate.interval?.lowerBound, rate.interval?.upperBound]
                .compactMap(\.self).filter { $0 > 0 }
        }
        let low = max((all.min() ?? 1e-3) / 2, 1e-4)
        let high = min((all.max() ?? 0.1) * 2, 1)
        var drawing = Drawing(width: 316, height: 290, title: "Nominal against realised false-alarm rates")
        let frame = Frame(
            width: 316,
            height: 290,
            x: low...high,
            y: low...high,
            logarithmicX: true,
            logarithmicY: true
        )
        frame.draw(into: &drawing, xName: "nominal false-alarm rate", yName: "realised")
        drawing.path([frame.point(low, low), frame.point(high, high)], "guess")
        for rate in rates {
            if let interval = rate.interval {
                let lower = frame.point(rate.nominal, interval.lowerBound)
                let upper = frame.point(rate.nominal, interval.upperBound)
                drawing.line(lower, upper, "spread")
            }
        }
        drawing.path(rates.map { frame.point($0.nominal, $0.realised) }, "curve")
        drawing.dots(rates.map { frame.point($0.nominal, $0.realised) }, "dot large", colour: "#1f4e79")
        return drawing.svg
    }
}
