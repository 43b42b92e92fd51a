/// An HTML page: one file without scripts that needs no network and can be printed.
package struct Page {
    private let title: String
    private var body = ""

    /// An empty page with a heading.
    package init(title: String) {
        self.title = title
        body = "<h1>\(Markup.escaped(title))</h1>\n"
    }

    /// Adds a heading of the second level.
    package mutating func heading(_ text: String) {
        body += "<h2>\(Markup.escaped(text))</h2>\n"
    }

    /// Adds a paragraph; `style` is a class of the style sheet.
    package mutating func paragraph(_ text: String, style: String = "") {
        let looks = style.isEmpty ? "" : " class=\"\(style)\""
        body += "<p\(looks)>\(Markup.escaped(text))</p>\n"
    }

    /// Rows of text under a row of headings. All columns but the first are right-aligned, as numbers are.
    package struct Table {
        var header: [String]
        var rows: [[String]]
        var caption: String

        /// A table with one heading for each column.
        package init(_ header: [String], _ rows: [[String]], caption: String = "") {
            self.header = header
            self.rows = rows
            self.caption = caption
        }
    }

    /// Adds tables, side by side if the page is wide enough.
    package mutating func tables(_ tables: [Table]) {
        body += "<div class=\"row wide\">\(tables.map(Self.html).joined())</div>\n"
    }

    private static func html(_ table: Table) -> String {
        var html = "<table>"
        if !table.caption.isEmpty { html += "<caption>\(Markup.escaped(table.caption))</caption>" }
        if !table.header.isEmpty { html += "<thead><tr>\(cells(table.header, "th"))</tr></thead>" }
        html += "<tbody>" + table.rows.map { "<tr>\(cells($0, "td"))</tr>" }.joined(separator: "\n")
        return html + "</tbody></table>\n"
    }

    private static func cells(_ texts: [String], _ tag: String) -> String {
        texts.map { "<\(tag)>\(Markup.escaped($0))</\(tag)>" }.joined()
    }

    /// Adds drawings side by side, each with its caption.
    package mutating func figures(_ figures: [(svg: String, caption: String)]) {
        body += "<div class=\"row\">"
        for figure in figures {
            body +=
                figure.caption.isEmpty
                ? "<figure>\(figure.svg)</figure>\n"
                : "<figure class=\"noted\">\(figure.svg)"
                    + "<figcaption>\(Markup.escaped(figure.caption))</figcaption></figure>\n"
        }
        body += "</div>\n"
    }

    /// The page as an HTML document.
    package var html: String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(Markup.escaped(title))</title>
        <style>
        \(Self.style)
        </style></head><body>
        \(body)</body></html>

        """
    }

    private static let style = """
        body { font: 15px/1.5 Georgia, 'DejaVu Serif', serif; max-width: 984px; margin: 2.5em auto; padding: 0 1em;
          color: #1b1f24; background: #fff }
        h1 { font-size: 1.9em; font-weight: normal; margin: 0 0 .4em }
        h2 { font-size: 1.3em; font-weight: normal; margin: 2em 0 .4em; padding-top: .5em;
          border-top: 1px solid #c9ced4; break-after: avoid }
        p { max-width: 46em; margin: .5em 0; break-inside: avoid } p.note { color: #57606a; font-size: 92%; break-after: avoid }
        p.warning { background: #fdf0d5; border-left: 4px solid #d55e00; padding: .5em .8em }
        table { border-collapse: collapse; margin: 1em 0; font: 13px/1.45 Helvetica, Arial, 'DejaVu Sans', sans-serif;
          font-variant-numeric: tabular-nums }
        caption { text-align: left; max-width: 30em; color: #57606a; padding-bottom: .3em }
        td, th { text-align: right; padding: .22em .9em .22em 0; border-bottom: 1px solid #e3e6ea; font-weight: normal }
        th { color: #57606a; border-bottom-color: #9aa5b1 } td:first-child, th:first-child { text-align: left }
        .row { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: flex-start } .row.wide { gap: 0 56px }
        figure { display: table; margin: .4em 0; break-inside: avoid }
        figcaption { display: table-caption; caption-side: bottom; font-size: 86%; color: #3d444d }
        svg { display: block; max-width: 100%; height: auto }
        svg text { font: 11px Helvetica, Arial, 'DejaVu Sans', sans-serif; fill: #57606a }
        svg text.name, svg text.said { fill: #1b1f24 } svg text.strong { font-weight: bold } svg text.faint { fill: #57606a }
        path { fill: none } .grid { stroke: #e9ecef } .axis { stroke: #6b7480 } .edge { stroke: #d5d9de }
        .guess { stroke: #6b7480; stroke-dasharray: 4 3 } .curve { stroke: #1f4e79; stroke-width: 2 }
        .spread { stroke: #1f4e79; stroke-width: 5; stroke-opacity: .25 } .mark { stroke: #d55e00; stroke-width: 2 }
        .score { stroke: #1f4e79; stroke-width: .9 } .incident { fill: #f8cf8e } .missed { fill: #f4a79d; stroke: #b2182b; stroke-width: .7 }
        .dot { stroke-linecap: round; stroke-width: 3; stroke-opacity: .65 } .dot.large { stroke-width: 6; stroke-opacity: .85 }
        .dot.small { stroke-width: 4; stroke-opacity: 1 } .alarm { stroke: #1b1f24; stroke-width: 1.1 }
        .own { stroke: #1b1f24; stroke-width: 2 } .near { stroke: #5b9bd5; stroke-width: 1.1 }
        .near.wrong { stroke: #d55e00; stroke-width: 1.3; stroke-dasharray: 5 2 }
        @media print { body { margin: 0; padding: 0; font-size: 10.5pt } h2 { margin-top: 1.2em } @page { margin: 14mm }
          .row { display: block } .noted { display: inline-table; width: 48%; margin-right: 1.5%; vertical-align: top }
          .noted svg { width: 100% } .row.wide table { display: inline-table; vertical-align: top; margin-right: 3em } }
        """
}
