/// Embeddings in a plane: dots for known windows, rings for windows that raised an alarm.
package struct MapChart {
    /// Points of one kind.
    package struct Group {
        /// Its name in the legend.
        package var name: String
        /// The points' coordinates, in any unit.
        package var points: [(Double, Double)]
        /// How it is drawn.
        package var style: Style

        /// A group of points.
        package init(_ name: String, _ points: [(Double, Double)], _ style: Style) {
            self.name = name
            self.points = points
            self.style = style
        }
    }

    /// How a group is drawn.
    package enum Style: Equatable {
        /// Small grey dots.
        case faint
        /// Large dots in one of several colours.
        case coloured(Int)
        /// Rings.
        case ring
    }

    /// The groups in drawing order; later ones cover earlier ones.
    package var groups: [Group]

    /// A map of groups.
    package init(groups: [Group]) {
        self.groups = groups
    }

    /// Colours that people with colour blindness can distinguish (Okabe and Ito 2008), the darker ones first.
    static let colours = ["#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5c4033"]

    /// The chart as an SVG element.
    package var svg: String {
        let (width, height) = (960.0, 460.0)
        var drawing = Drawing(width: width, height: height, title: "A map of the banks")
        let x = Self.scale(groups.flatMap { $0.points.map(\.0) }, from: 20, to: 740)
        let y = Self.scale(groups.flatMap { $0.points.map(\.1) }, from: height - 16, to: 16)
        drawing.box((8, 4), (744, height - 8), "edge")
        for (index, group) in groups.enumerated() {
            let points = group.points.map { (x.pixel($0.0), y.pixel($0.1)) }
            let swatch = (776.0, 24.0 + Double(index) * 22)
            Self.draw(points, group.style, into: &drawing)
            Self.draw([swatch], group.style, into: &drawing)
            drawing.text(group.name, at: (swatch.0 + 14, swatch.1 + 4), style: "said")
        }
        return drawing.svg
    }

    private static func draw(_ points: [(Double, Double)], _ style: Style, into drawing: inout Drawing) {
        switch style {
        case .faint: drawing.dots(points, "dot", colour: "#828d99")
        case .coloured(let index):
            drawing.dots(points, "dot large", colour: colours[index % colours.count])
        case .ring: drawing.rings(points, radius: 4.5, "alarm")
        }
    }

    /// A scale over all values but the outermost 1 % at either end. These are drawn at the edge, because a
    /// few outliers would crowd all other points together.
    private static func scale(_ values: [Double], from start: Double, to end: Double) -> Scale {
        let sorted = values.filter(\.isFinite).sorted()
        guard !sorted.isEmpty else { return Scale(0, 1, from: start, to: end) }
        let low = sorted[sorted.count / 100]
        let high = sorted[sorted.count - 1 - sorted.count / 100]
        let margin = (high - low) * 0.06
        return Scale(low - margin, high + margin, from: start, to: end)
    }
}
