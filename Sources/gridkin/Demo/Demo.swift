// A demonstration in which nothing is faked: an index is built, another process serves it, and a client talks
// to it over a socket. Each part of it is a file, `Demo+….swift`, and measures its own figures.

import Foundation
import ReadingSources
import Readings

/// The demo: from readings to a page of results.
struct Demo {
    let place: DemoPlace
    let readings: DemoReadings
    /// The reader's options for their own files; nil for the simulated grid.
    let own: ReadingOptions?
    let suggestions: Suggestions
    let children: ChildRegistry
    var page = DemoPage()

    /// Runs all parts.
    mutating func run(bar: ProgressBar) async throws {
        Console.print("GRIDKIN  What does this reading resemble?")
        showReadings()
        try await build(bar: bar)
        let server = try ServerProcess(place: place, children: children)
        var client = try LineClient(path: place.socketPath)
        let answers = try push(to: &client, bar: bar)
        let shown = try showFirst(of: answers, client: &client)
        try label(answers, besides: shown, client: &client)
        try rebuild(answers, client: &client)
        try stop(server)
        judge(answers)
        suggest(after: answers)
    }

    /// Describes the readings.
    private mutating func showReadings() {
        page.section("READINGS")
        let summary = readings.summary
        let span = "\(day(readings.first)) to \(day(readings.last))"
        if own == nil {
            page.text("A small grid, simulated: \(summary.meters) meters, a reading an hour, \(span).")
        } else {
            for file in summary.files {
                page.text("\((file.path as NSString).lastPathComponent): \(file.columns)")
            }
            page.text(
                "\(count(summary.meters, "meter")), \(count(summary.channels.count, "channel")), \(span)."
            )
        }
        if summary.rejected > 0 { page.text("\(summary.rejected) rows could not be read.") }
        page.text("\(readings.historyCount + readings.live.count) readings. \(labelsDescribed)")
        page.text(
            "The last tenth, from \(readings.cut) on, is held back: \(readings.live.count) readings that "
                + "will arrive live."
        )
    }

    private var labelsDescribed: String {
        let labels = readings.history.flatMap(\.labels) + readings.live.map(\.label)
        guard labels.contains(where: { $0 != nil }) else {
            return "None is labelled, so the index learns only what is normal."
        }
        var kinds: Set<Name> = []
        var anomalous = 0
        for case .anomalous(let kind) in labels {
            anomalous += 1
            if let kind { kinds.insert(kind) }
        }
        let named = kinds.isEmpty ? "" : " (\(kinds.sorted().listed))"
        return "\(percent(anomalous, of: labels.count)) of them belong to labelled incidents\(named)."
    }

    func count(_ number: Int, _ what: String) -> String {
        "\(number) \(what)\(number == 1 ? "" : "s")"
    }

    func percent(_ part: Int, of whole: Int) -> String {
        whole == 0
            ? "-" : DemoPage.together(Table.number(Double(part) / Double(whole) * 100, decimals: 1), "%")
    }

    func seconds(_ duration: Duration, decimals: Int = 1) -> String {
        DemoPage.together(Table.number(duration / .seconds(1), decimals: decimals), "s")
    }

    private func day(_ time: Timestamp) -> String {
        String(time.description.prefix(10))
    }
}
