/// The trained map from a window's features to its embedding.
///
/// Encoders are values: trained or read once, then shared by every thread. The same features give the same
/// embedding to the last bit, alone or in a batch, which is what lets a score on the socket equal a score in
/// a file.
public protocol WindowEncoder: Sendable {
    /// How many features a window has: the length of one input row.
    var featureCount: Int { get }

    /// The length of one embedding.
    var dimension: Int { get }

    /// The parts of an embedding that stand for one channel each, in the channels' order; one part over all
    /// where an encoder mixes them.
    var blocks: [Range<Int>] { get }

    /// Writes the embedding of one window.
    ///
    /// - Parameters:
    ///   - features: `featureCount` numbers; a NaN (not known for this window) counts as the history's mean.
    ///   - embedding: receives `dimension` finite numbers.
    func encode(_ features: UnsafeBufferPointer<Float>, into embedding: UnsafeMutableBufferPointer<Float>)
}

extension WindowEncoder {
    /// Embeds many windows.
    ///
    /// - Parameter features: row-major, a multiple of `featureCount` long.
    /// - Returns: row-major embeddings, `dimension` numbers a row.
    public func encode(_ features: [Float]) -> [Float] {
        precondition(features.count % featureCount == 0, "features come in rows of \(featureCount)")
        let rows = features.count / featureCount
        return [Float](unsafeUninitializedCapacity: rows * dimension) { output, initialized in
            output.initialize(repeating: 0)
            features.withUnsafeBufferPointer { input in
                for row in 0..<rows {
                    encode(
                        UnsafeBufferPointer(rebasing: input[row * featureCount..<(row + 1) * featureCount]),
                        into: UnsafeMutableBufferPointer(
                            rebasing: output[row * dimension..<(row + 1) * dimension]
                        )
                    )
                }
            }
            initialized = rows * dimension
        }
    }
}
