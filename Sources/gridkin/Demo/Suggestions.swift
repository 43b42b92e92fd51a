import Foundation

/// How the reader is to call the program: as they called it, with the options they gave.
struct Suggestions {
    /// The program, as the reader may type it.
    let program: String
    /// The script that runs the demo.
    let demo: String
    /// `--indexes DIR`, where it was given.
    let indexes: [String]

    init(indexes: String?) {
        program = ProcessInfo.processInfo.environment["GRIDKIN_COMMAND"] ?? "gridkin"
        let folder = (program as NSString).deletingLastPathComponent
        demo = program.contains("/") ? folder + "/demo" : program + " demo"
        self.indexes = indexes.map { ["--indexes", $0] } ?? []
    }

    /// A command to type, quoted for a shell.
    func command(_ words: [String]) -> String {
        ([program] + words + indexes).map(Self.quoted).joined(separator: " ")
    }

    static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."),
                UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: ","):
                true
            default:
                false
            }
        }
        return plain && !word.isEmpty ? word : "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
