/// What a command left behind when it ended.
package struct Finished {
    /// The exit code; 128 and the signal's number where a signal ended it, as a shell says it.
    package let code: Int32
    package let output: String
    package let errors: String

    /// What a command that was run otherwise left behind.
    package init(code: Int32, output: String, errors: String) {
        (self.code, self.output, self.errors) = (code, output, errors)
    }

    package var outputLines: [Substring] { output.split(separator: "\n") }

    /// The first line of the output as a JSON object.
    package func json() throws -> JSONObject { try JSONObject(outputLines.first ?? "") }
}
