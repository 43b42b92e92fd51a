import AnomalyIndex
import Foundation

/// Ends a build at Ctrl-C, and says so where a training that took minutes is not lost.
struct TrainingInterruption {
    private let interruption: Interruption

    init(_ folder: IndexFolder, _ bar: ProgressBar) {
        // Whatever else ends a process ends a build in silence: scripts do that, not people who wonder.
        interruption = Interruption(on: [SIGINT]) {
            bar.finish()
            guard folder.hasUnfinishedTraining else { return }
            Console.note("interrupted; the same command goes on with the training from its last epoch")
        }
    }
}
