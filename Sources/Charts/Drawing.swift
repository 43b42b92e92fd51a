/// An SVG drawing without scripts, built element by element. Colours and line widths are in the page's style
/// sheet.
package struct Drawing {
    /// The part of a text that is placed at its point.
    package enum Anchor: String {
        /// The start of the text.
        case start
        /// The middle of the text.
        case middle
        /// The end of the text.
        case end
    }

    private let width: Double
    private let height: Double
    private let title: String
    private var body = ""

    /// An empty drawing of a size in pixels.
    ///
    /// - Parameter title: what the drawing shows, for screen readers.
    package init(width: Double, height: Double, title: String) {
        self.width = width
        self.height = height
        self.title = title
    }

    /// The drawing as an SVG element.
    package var svg: String {
        let size = "width=\"\(Self.pixels(width))\" height=\"\(Self.pixels(height))\""
        let box = "viewBox=\"0 0 \(Self.pixels(width)) \(Self.pixels(height))\""
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) \(box) role=\"img\">"
            + "<title>\(Markup.escaped(title))</title>\(body)</svg>"
    }

    /// Draws a line between two points.
    ///
    /// - Parameter style: here and below, a class of the page's style sheet.
    package mutating func line(_ from: (Double, Double), _ to: (Double, Double), _ style: String) {
        body += "<path class=\"\(style)\" d=\"M\(Self.pair(from))L\(Self.pair(to))\"/>"
    }

    /// Draws a line through points, broken at each nil.
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

    /// Draws filled dots, as one path with a zero-length line for each; the style gives it round ends.
    package mutating func dots(_ points: [(Double, Double)], _ style: String, colour: String) {
        let path = points.map { "M\(Self.pair($0))h0" }.joined()
        if path.isEmpty { return }
        body += "<path class=\"\(style)\" stroke=\"\(colour)\" d=\"\(path)\"/>"
    }

    /// Draws circles that are not filled.
    package mutating func rings(_ points: [(Double, Double)], radius: Double, _ style: String) {
        guard !points.isEmpty else { return }
        let (r, d) = (Self.pixels(radius), Self.pixels(2 * radius))
        let path = points.map { x, y in
            "M\(Self.pair((x - radius, y)))a\(r) \(r) 0 1 0 \(d) 0a\(r) \(r) 0 1 0-\(d) 0"
        }
        body += "<path class=\"\(style)\" d=\"\(path.joined())\"/>"
    }

    /// Draws a rectangle, given its upper left corner and its size.
    package mutating func box(_ corner: (Double, Double), _ size: (Double, Double), _ style: String) {
        body +=
            "<path class=\"\(style)\" d=\"M\(Self.pair(corner))h\(Self.pixels(size.0))v\(Self.pixels(size.1))"
        body += "h\(Self.pixels(-size.0))z\"/>"
    }

    /// Draws a text at a point. A turned text reads upwards.
    package mutating func text(
        _ text: String,
        at point: (Double, Double),
        _ anchor: Anchor = .start,
        style: String = "",
        turned: Bool = false
    ) {
        let turn = turned ? " transform=\"rotate(-90 \(Self.pixels(point.0)) \(Self.pixels(point.1)))\"" : ""
        let looks = style.isEmpty ? "" : " class=\"\(style)\""
        body += "<text x=\"\(Self.pixels(point.0))\" y=\"\(Self.pixels(point.1))\"\(looks)"
        body += " text-anchor=\"\(anchor.rawValue)\"\(turn)>\(Markup.escaped(text))</text>"
    }

    private static func pair(_ point: (Double, Double)) -> String { "\(pixels(point.0)) \(pixels(point.1))" }

    /// A coordinate to a tenth of a pixel, which is enough for print. Large coordinates are clipped, because
    /// some viewers fail on them.
    private static func pixels(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let tenths = Int((min(max(value, -9_999), 9_999) * 10).rounded())
        if tenths % 10 == 0 { return String(tenths / 10) }
        return (tenths < 0 ? "-" : "") + "\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
