import ArgumentParser

/// How a command prints its result.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print the result as JSON, one object a line.")
    var json = false

    @Flag(name: .long, help: "Print only the result: no progress, no notes.")
    var quiet = false

    /// Tells people something beside the result, unless they asked for quiet.
    func info(_ line: String) {
        if !quiet { Console.info(line) }
    }
}
