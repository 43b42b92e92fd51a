/// The trained map from a window to its embedding.
///
/// Encoders are values: trained or read once, then shared by every thread. The same window gives the same
/// embedding to the last bit, alone or in a batch, which is what lets a score on the socket equal a score in
/// a file.
public protocol WindowEncoder: Sendable {
    /// What kind of encoder it is.
    var family: EncoderFamily { get }

    /// How many numbers of a window it takes: the features, and, where it reads the raw window too, all of them.
    var inputCount: Int { get }

    /// The length of one embedding.
    var dimension: Int { get }

    /// The parts of an embedding that stand for one channel each, in the channels' order; one part over all
    /// where an encoder mixes them.
    var blocks: [Range<Int>] { get }

    /// Its weights by name.
    var tensors: Safetensors { get }

    /// Writes the embedding of one window.
    ///
    /// - Parameters:
    ///   - input: `inputCount` numbers; a NaN (not known for this window) counts as the history's mean.
    ///   - embedding: receives `dimension` finite numbers.
    func encode(_ input: UnsafeBufferPointer<Float>, into embedding: UnsafeMutableBufferPointer<Float>)

    /// How far what the encoder can restore of a window lies from it, 0 and up: evidence of its own.
    ///
    /// - Parameter input: `inputCount` numbers.
    /// - Returns: nil where the encoder restores nothing.
    func residual(of input: UnsafeBufferPointer<Float>) -> Float?
}

extension WindowEncoder {
    /// Most encoders restore nothing.
    public func residual(of input: UnsafeBufferPointer<Float>) -> Float? { nil }

    /// Embeds many windows.
    ///
    /// - Parameters:
    ///   - windows: row-major, a multiple of `width` long.
    ///   - width: how many numbers a window has, at least ``inputCount``, which is what it is without being named.
    /// - Returns: row-major embeddings, `dimension` numbers a row.
    public func encode(_ windows: [Float], width: Int? = nil) -> [Float] {
        let width = width ?? inputCount
        precondition(width >= inputCount, "a window has at least \(inputCount) numbers")
        precondition(windows.count % width == 0, "windows come in rows of \(width)")
        let rows = windows.count / width
        return [Float](unsafeUninitializedCapacity: rows * dimension) { output, initialized in
            output.initialize(repeating: 0)
            windows.withUnsafeBufferPointer { input in
                for row in 0..<rows {
                    encode(
                        UnsafeBufferPointer(rebasing: input[row * width..<row * width + inputCount]),
                        into: UnsafeMutableBufferPointer(
                            rebasing: output[row * dimension..<(row + 1) * dimension]
                        )
                    )
                }
            }
            initialized = rows * dimension
        }
    }

    /// The residuals of many windows, as ``encode(_:width:)`` takes them; nil where the encoder restores nothing.
    public func residuals(of windows: [Float], width: Int? = nil) -> [Float]? {
        let width = width ?? inputCount
        var residuals: [Float] = []
        return windows.withUnsafeBufferPointer { input in
            for start in stride(from: 0, to: input.count, by: width) {
                guard let own = residual(of: UnsafeBufferPointer(rebasing: input[start..<start + inputCount]))
                else { return nil }
                residuals.append(own)
            }
            return residuals
        }
    }
}
