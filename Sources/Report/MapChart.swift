/// Embeddings in a plane: dots for what is known, rings for what raised alarms.
package struct MapChart {
    /// Points of one kind.
    package struct Group {
        package var name: String
        package var points: [(Double, Double)]
        package var style: Style

        package init(_ name: String, _ points: [(Double, Double)], _ style: Style) {
            self.name = name
            self.points = points
            self.style = style
        }
    }

    /// How a group is drawn.
    package enum Style: Equatable {
        case faint
        case coloured(Int)
        case ring
    }

    package var groups: [Group]

    package init(groups: [Group]) {
        self.groups = groups
    }

    /// Told apart by most people's eyes (Okabe and Ito 2008), the darker first.
    static let colours = ["#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5c4033"]

    package var svg: String {
        let (width, height) = (960.0, 460.0)
        var drawing = Drawing(width: width, height: height, title: "A map of the banks")
        let x = Self.scale(groups.flatMap { $0.points.map(\.0) }, from: 20, to: 740)
        let y = Self.scale(groups.flatMap { $0.points.map(\.1) }, from: height - 16, to: 16)
        drawing.box((8, 4), (744, height - 8), "edge")
        for (index, group) in groups.enumerated() {
            let points = group.points.map { (x.place($0.0), y.place($0.1)) }
            let sign = (776.0, 24.0 + Double(index) * 22)
            Self.draw(points, group.style, into: &drawing)
            Self.draw([sign], group.style, into: &drawing)
            drawing.text(group.name, at: (sign.0 + 14, sign.1 + 4), style: "said")
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

    /// All but the outermost hundredth at either end, or a few strays would press the rest together; those are
    /// put at the edge.
    private static func scale(_ values: [Double], from start: Double, to end: Double) -> Scale {
        let sorted = values.filter(\.isFinite).sorted()
        guard !sorted.isEmpty else { return Scale(0, 1, from: start, to: end) }
        let low = sorted[sorted.count / 100]
        let high = sorted[sorted.count - 1 - sorted.count / 100]
        let margin = (high - low) * 0.06
        return Scale(low - margin, high + margin, from: start, to: end)
    }
}
