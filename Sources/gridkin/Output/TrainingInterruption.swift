import AnomalyIndex
import Foundation
import Readings

/// Ends a build at Ctrl-C, and says so where a training that took minutes is not lost.
struct TrainingInterruption {
    private let interruption: Interruption

    init(_ folder: IndexFolder, _ bar: ProgressBar) {
        // An older one is of a build that asked for something else.
        let began = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        // Whatever else ends a process ends a build in silence: scripts do that, not people who wonder.
        interruption = Interruption(on: [SIGINT]) {
            bar.finish()
            guard let saved = folder.trainingSaved, saved >= began else { return }
            Console.info(
                "interrupted; the same command, with the same readings and labels, goes on with the training from "
                    + "its last epoch"
            )
        }
    }
}
