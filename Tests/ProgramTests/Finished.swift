/// What a command left behind when it ended.
struct Finished {
    /// The exit code; 128 and the signal's number where a signal ended it, as a shell says it.
    let code: Int32
    let output: String
    let errors: String

    var outputLines: [Substring] { output.split(separator: "\n") }

    /// The first line of the output as a JSON object.
    func json() throws -> JSONObject { try JSONObject(outputLines.first ?? "") }
}
