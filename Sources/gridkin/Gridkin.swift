import ArgumentParser
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
        version: gridkinVersion,
        subcommands: [
            BuildCommand.self, RebuildCommand.self, WindowsCommand.self, ServeCommand.self, QueryCommand.self,
            ScoreCommand.self, EvaluateCommand.self, LabelCommand.self, InspectCommand.self,
            VerifyCommand.self, ListCommand.self, RollbackCommand.self, SimulateCommand.self,
            DemoCommand.self,
        ]
    )
}
