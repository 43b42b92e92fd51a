/// A drawing, element by element: SVG without scripts, whose looks are the page's business.
package struct Drawing {
    /// Where text stands to its point.
    package enum Anchor: String { case start, middle, end }

    private let width: Double
    private let height: Double
    private let title: String
    private var body = ""

    /// An empty drawing, in pixels.
    ///
    /// - Parameter title: what it shows, for those who cannot see it.
    package init(width: Double, height: Double, title: String) {
        self.width = width
        self.height = height
        self.title = title
    }

    /// The whole element.
    package var svg: String {
        let size = "width=\"\(Self.place(width))\" height=\"\(Self.place(height))\""
        let box = "viewBox=\"0 0 \(Self.place(width)) \(Self.place(height))\""
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) \(box) role=\"img\">"
            + "<title>\(Markup.escaped(title))</title>\(body)</svg>"
    }

    package mutating func line(_ from: (Double, Double), _ to: (Double, Double), _ style: String) {
        body += "<path class=\"\(style)\" d=\"M\(Self.pair(from))L\(Self.pair(to))\"/>"
    }

    /// A line through points, broken where one is nil.
    package mutating func path(_ points: [(Double, Double)?], _ style: String) {
        var path = ""
        var isDrawing = false
        for point in points {
            guard let point, point.0.isFinite, point.1.isFinite else {
                isDrawing = false
                continue
            }
            path += (isDrawing ? "L" : "M") + Self.pair(point)
            isDrawing = true
        }
        if !path.isEmpty { body += "<path class=\"\(style)\" d=\"\(path)\"/>" }
    }

    /// Filled dots: one path, and a round end of its line for each.
    package mutating func dots(_ points: [(Double, Double)], _ style: String, colour: String) {
        let path = points.map { "M\(Self.pair($0))h0" }.joined()
        if path.isEmpty { return }
        body += "<path class=\"\(style)\" stroke=\"\(colour)\" d=\"\(path)\"/>"
    }

    package mutating func rings(_ points: [(Double, Double)], radius: Double, _ style: String) {
        guard !points.isEmpty else { return }
        let (r, d) = (Self.place(radius), Self.place(2 * radius))
        let path = points.map { x, y in
            "M\(Self.pair((x - radius, y)))a\(r) \(r) 0 1 0 \(d) 0a\(r) \(r) 0 1 0-\(d) 0"
        }
        body += "<path class=\"\(style)\" d=\"\(path.joined())\"/>"
    }

    package mutating func box(_ corner: (Double, Double), _ size: (Double, Double), _ style: String) {
        body +=
            "<path class=\"\(style)\" d=\"M\(Self.pair(corner))h\(Self.place(size.0))v\(Self.place(size.1))"
        body += "h\(Self.place(-size.0))z\"/>"
    }

    package mutating func text(
        _ text: String,
        at point: (Double, Double),
        _ anchor: Anchor = .start,
        style: String = "",
        turned: Bool = false
    ) {
        let turn = turned ? " transform=\"rotate(-90 \(Self.place(point.0)) \(Self.place(point.1)))\"" : ""
        let looks = style.isEmpty ? "" : " class=\"\(style)\""
        body += "<text x=\"\(Self.place(point.0))\" y=\"\(Self.place(point.1))\"\(looks)"
        body += " text-anchor=\"\(anchor.rawValue)\"\(turn)>\(Markup.escaped(text))</text>"
    }

    private static func pair(_ point: (Double, Double)) -> String { "\(place(point.0)) \(place(point.1))" }

    /// A tenth of a pixel is finer than paper; what is far outside stays near it, for viewers' sake.
    private static func place(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let tenths = Int((min(max(value, -9_999), 9_999) * 10).rounded())
        if tenths % 10 == 0 { return String(tenths / 10) }
        return (tenths < 0 ? "-" : "") + "\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
