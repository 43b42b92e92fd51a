public import Encoder
public import Tasks

extension IndexSource {
    /// Writes the windows that a build would train a network on: `encoder.json` and `windows.safetensors`, for
    /// `gridkin-trainer` or for a script of one's own. docs/encoders.md describes them.
    ///
    /// - Parameters:
    ///   - family: what is to be trained: a neural family.
    ///   - folder: where to; made where it is not there, and nothing else in it is touched.
    /// - Returns: how many windows there are.
    /// - Throws: ``IndexError`` with `tooLittleHistory` or `storage`.
    public func writeWindows(
        for family: EncoderFamily,
        to folder: String,
        report: @escaping ProgressReport
    ) async throws -> Int {
        precondition(family.isNeural, "windows are for a network")
        let options = BuildOptions(encoder: .families([family]))
        let trainer = IndexTrainer(source: self, options: options, workshop: folder, report: report)
        let table = try await trainer.windows(slots: options.encoder.slots)
        return try NetworkTraining(family, folder: folder, seed: 0).write(table, channels: channels)
    }
}
