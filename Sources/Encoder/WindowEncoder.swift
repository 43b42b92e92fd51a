/// The trained map from a window to its embedding.
///
/// Encoders are values: trained or read once, then shared by all threads. A window has the same embedding to
/// the last bit, alone or in a batch, so that a score on the socket equals the score in a file.
public protocol WindowEncoder: Sendable {
    /// Its family.
    var family: EncoderFamily { get }

    /// How many numbers of a window it reads: the features and, if it reads them, the raw slots.
    var inputCount: Int { get }

    /// The length of one embedding.
    var dimension: Int { get }

    /// The parts of an embedding that belong to one channel each, in the channels' order; one part for all
    /// where an encoder mixes them.
    var blocks: [Range<Int>] { get }

    /// Its weights by name.
    var tensors: Safetensors { get }

    /// Writes the embedding of one window.
    ///
    /// - Parameters:
    ///   - input: `inputCount` numbers; NaN, a number that is not known, counts as the history's mean.
    ///   - embedding: receives `dimension` finite numbers.
    func encode(_ input: UnsafeBufferPointer<Float>, into embedding: UnsafeMutableBufferPointer<Float>)

    /// How far the encoder's reconstruction of a window lies from the window, at least 0: evidence beside
    /// distances.
    ///
    /// - Parameter input: `inputCount` numbers.
    /// - Returns: nil where the encoder reconstructs nothing.
    func residual(of input: UnsafeBufferPointer<Float>) -> Float?
}

extension WindowEncoder {
    /// Nil: most encoders reconstruct nothing.
    public func residual(of input: UnsafeBufferPointer<Float>) -> Float? { nil }

    /// Embeds many windows.
    ///
    /// - Parameters:
    ///   - windows: row-major, a multiple of `width` long.
    ///   - width: how many numbers a window has, at least ``inputCount``, which is the default.
    /// - Returns: row-major embeddings, `dimension` numbers per row.
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

    /// The residuals of many windows, row-major as for ``encode(_:width:)``; nil where the encoder
    /// reconstructs nothing.
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

extension WindowEncoder {
    /// The name of its family; for several encoders side by side, their names joined by `+`.
    public var name: String {
        guard let joined = self as? ConcatenatedEncoder else { return family.rawValue }
        return joined.parts.map(\.encoder.name).joined(separator: "+")
    }
}

/// The families of encoders; docs/encoders.md says what each is good for.
public enum EncoderFamily: String, CaseIterable, Codable, Sendable {
    /// Half-whitened principal components of the features, channel by channel: ``PCAEncoder``.
    case pca
    /// A projection of the features learnt from the labels, channel by channel: a ``PCAEncoder`` too.
    case supervised
    /// The bottleneck of a dense autoencoder over the features.
    case autoencoder
    /// The bottleneck of an LSTM autoencoder over the raw window.
    case lstm
    /// The features of the discriminator of an LSTM generative adversarial network over the raw window.
    case gan
    /// Several of the others side by side, their embeddings one after the other: ``ConcatenatedEncoder``.
    case concatenation

    /// Whether it is a neural network, which takes a trainer.
    public var isNeural: Bool { self == .autoencoder || self == .lstm || self == .gan }

    /// Whether it reads the raw window and not the features alone.
    public var readsSlots: Bool { self == .lstm || self == .gan }
}

/// Why an encoder could not be trained, read or used.
public struct EncoderError: Error, Equatable, CustomStringConvertible, Sendable {
    /// The kinds of failure.
    public enum Code: String, Sendable {
        /// There are too few rows to learn from.
        case tooLittleHistory = "too_little_history"
        /// The eigensolver did not converge, or was given numbers that are not finite.
        case notSolvable = "not_solvable"
        /// The description cannot be read, or is of an encoder that this program cannot run.
        case badDescription = "bad_description"
        /// The weights file is not what its header or the encoder's description says.
        case badWeights = "bad_weights"
    }

    /// What kind of failure it was.
    public let code: Code
    /// What was wrong and what to do about it, in a sentence.
    public let message: String

    /// An error of a kind, with its sentence.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    public var description: String { message }
}
