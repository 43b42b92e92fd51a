import Readings

/// Writes UrbanDatasets as a program would, for tests.
enum UrbanText {
    /// A dataset in one line of JSON.
    ///
    /// - Parameters:
    ///   - lines: as ``line(_:_:_:id:)`` writes them.
    ///   - zone: `context.timeZone`, left out if nil.
    ///   - units: of properties.
    static func dataset(_ lines: [String], zone: String? = "UTC", units: [String: String] = [:]) -> String {
        let definitions = units.sorted { $0.key < $1.key }.map {
            #"{"propertyName":"\#($0.key)","dataType":"double","unitOfMeasure":"\#($0.value)"}"#
        }
        let specification =
            #"{"version":"2.0","id":{"value":"CounterReading-2.0"},"properties":{"propertyDefinition":["#
            + definitions.joined(separator: ",") + "]}}"
        let context =
            #"{"producer":{"id":"p1"},"# + (zone.map { #""timeZone":"\#($0)","# } ?? "")
            + #""language":"IT"}"#
        return #"{"UrbanDataset":{"specification":\#(specification),"context":\#(context),"values":{"line":["#
            + lines.joined(separator: ",") + "]}}}"
    }

    /// A line of values.
    ///
    /// - Parameter values: names and values, these as JSON: `"\"1,5\""`, `1.5`, `null`.
    static func line(_ start: String, _ values: [(String, String)], id: Int? = nil) -> String {
        let properties = values.map { #"{"name":"\#($0.0)","val":\#($0.1)}"# }.joined(separator: ",")
        return "{" + (id.map { #""id":\#($0),"# } ?? "")
            + #""period":{"start_ts":"\#(start)","end_ts":"\#(start)"},"property":[\#(properties)]}"#
    }

    /// A POD as the first of the values.
    static func pod(_ name: String) -> (String, String) { ("PODID", "\"\(name)\"") }
}
