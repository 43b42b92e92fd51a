import Charts
import Foundation
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite struct PageTests {
    /// No text becomes a tag, whatever it contains, and the drawings stay well-formed.
    @Test func hostileTextStaysText() throws {
        let hostile = MarkupTests.hostile
        var page = Page(title: hostile)
        page.heading(hostile)
        page.paragraph(hostile, style: "note")
        page.tables([Page.Table([hostile, "b"], [[hostile, "1"]], caption: hostile)])
        let chart = WindowChart(
            title: hostile,
            lines: [WindowChart.Line([(-1, 0), nil, (0, 1)], .own)],
            length: 2,
            unit: "hours"
        )
        page.figures([(chart.svg, hostile)])
        #expect(!page.html.contains("<script") && !page.html.contains("alert('"))
        #expect(page.html.contains("&lt;script&gt;"))
        try expectWellFormed(chart.svg)
    }

    /// A figure must not be sized by `min-content`: its drawing may shrink, so that Chromium makes both 48
    /// pixels wide. `display: table` with a caption has the drawing's own width.
    @Test func drawingsKeepTheirWidth() {
        let html = Page(title: "x").html
        #expect(html.contains("figure { display: table"))
        #expect(html.contains("figcaption { display: table-caption"))
        #expect(!html.contains("min-content"))
    }

    @Test func nothingIsFetched() {
        let html = Page(title: "x").html
        for word in ["http:", "https:", "src=", "@import", "url(", "<script", "<link"] {
            #expect(!html.contains(word))
        }
    }

    @Test(arguments: [
        [], [0.5], [Double.nan, 1, .infinity], [1e300, -1e300], [3, 3, 3], (0..<900).map { sin(Double($0)) },
    ])
    func drawingsOfExtremeNumbers(values: [Double]) throws {
        let points = values.enumerated().map { (Double($0) / 10, $1) }
        try expectWellFormed(CurveChart(title: "c", xName: "x", yName: "y", curve: points).svg)
        try expectWellFormed(MapChart(groups: [MapChart.Group("g", points, .coloured(3))]).svg)
        try expectWellFormed(MapChart(groups: []).svg)
        let line = WindowChart.Line(points.map { (-$0.0, $0.1) }, .anomalous)
        try expectWellFormed(WindowChart(title: "w", lines: [line], length: 90, unit: "hours").svg)
        let rates = values.filter { $0 > 0 }.map { (nominal: 0.01, realised: $0, interval: 0.0...$0) }
        try expectWellFormed(ReliabilityChart(rates: rates).svg)
        let timeline = TimelineChart(
            title: "t",
            columns: values.map { $0.isFinite ? abs($0) : nil },
            incidents: [(0.2...0.2, true), (0.5...0.6, false)],
            falseAlarms: [0.9],
            threshold: 1,
            ticks: [(0.1, "a")]
        )
        try expectWellFormed(timeline.svg)
    }

    private func expectWellFormed(_ svg: String) throws {
        let parser = XMLParser(data: Data(svg.utf8))
        #expect(parser.parse(), "\(String(describing: parser.parserError)) in \(svg.prefix(300))")
        #expect(!svg.contains("nan") && !svg.contains("inf\""))
    }
}
