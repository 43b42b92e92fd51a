import ArgumentParser

/// How results are told.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print the result as JSON, one object a line.")
    var json = false

    @Flag(name: .long, help: "Print nothing but the result: no progress, no notes.")
    var quiet = false

    /// Something for people beside the result.
    func note(_ line: String) {
        if !quiet { Console.note(line) }
    }
}
