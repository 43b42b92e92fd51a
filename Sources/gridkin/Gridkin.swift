import ArgumentParser
import Readings
import Server

/// The one program: every subcommand is a file under `Commands`.
struct Gridkin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gridkin",
        abstract: "Says what a meter's reading resembles: normal, a known anomaly, or nothing seen before.",
        discussion: """
            Build an index from history, serve it, ask it about new readings, label what it got wrong, rebuild.

              gridkin simulate --output grid.csv
              gridkin build grid --from grid.csv
              gridkin query grid house-001 2024-01-01T00:00:00Z 0.42
              gridkin serve grid

            Exit codes: 0 done, 1 the answer is no, 2 error, 64 wrong usage.
            """,
        version: Version.description,
        subcommands: [
            BuildCommand.self, RebuildCommand.self, WindowsCommand.self, ServeCommand.self, QueryCommand.self,
            PushCommand.self, ScoreCommand.self, EvaluateCommand.self, LabelCommand.self, InspectCommand.self,
            VerifyCommand.self, ListCommand.self, RollbackCommand.self, SimulateCommand.self,
            DemoCommand.self,
        ]
    )
}

extension Gridkin {
    /// What is wrong with the command that is called, or asked for help about; nil where there is such a command. The
    /// parser would print everything there is, and not the one that was meant.
    static func complaint(about arguments: [String]) -> String? {
        let asked = arguments.first == "help" ? arguments.dropFirst().first : arguments.first
        let names = configuration.subcommands.compactMap { $0.configuration.commandName }
        guard let asked, !asked.hasPrefix("-"), asked != "help", !names.contains(asked) else { return nil }
        let meant = nearestName(to: asked, among: names).map { "did you mean `\($0)`?" }
        return "there is no command `\(asked)`; " + (meant ?? "`gridkin --help` lists all of them")
    }
}
