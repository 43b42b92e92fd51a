/// The program, or a connection to it, did not do what every test takes for granted.
struct ProgramFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
