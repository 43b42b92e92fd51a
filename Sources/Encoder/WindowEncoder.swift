/// The trained function from a window to its embedding.
///
/// Encoders are values: trained or read once, then shared by all threads. A window's embedding is the same to
/// the last bit, alone or in a batch, so that a reading has the same score on the socket and in a file.
public protocol WindowEncoder: Sendable {
    /// The encoder's family.
    var family: EncoderFamily { get }

    /// How many numbers of a window the encoder reads: the features and, depending on the family, the raw
    /// slots.
    var inputCount: Int { get }

    /// The length of one embedding.
    var dimension: Int { get }

    /// The parts of an embedding that belong to each channel, in the channels' order; a single part if the
    /// encoder mixes the channels.
    var blocks: [Range<Int>] { get }

    /// The weights by name.
    var tensors: Safetensors { get }

    /// Writes the embedding of one window.
    ///
    /// - Parameters:
    ///   - input: `inputCount` numbers. NaN means unknown and counts as the history's mean.
    ///   - embedding: receives `dimension` finite numbers.
    func encode(_ input: UnsafeBufferPointer<Float>, into embedding: UnsafeMutableBufferPointer<Float>)

    /// The distance between a window and the encoder's reconstruction of it, at least 0: evidence in addition
    /// to the distances between embeddings.
    ///
    /// - Parameter input: `inputCount` numbers.
    /// - Returns: nil if the encoder has no reconstruction.
    func residual(of input: UnsafeBufferPointer<Float>) -> Float?
}

extension WindowEncoder {
    /// Nil, because most encoders have no reconstruction.
    public func residual(of input: UnsafeBufferPointer<Float>) -> Float? { nil }

    /// Embeds many windows.
    ///
    /// - Parameters:
    ///   - windows: row-major, a multiple of `width` long.
    ///   - width: the length of a row, at least ``inputCount``, which is the default.
    /// - Returns: row-major embeddings, each of `dimension` numbers.
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

    /// The residuals of many windows, row-major as for ``encode(_:width:)``; nil if the encoder has no
    /// reconstruction.
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
    /// The name of the family; for a concatenation, the names of its parts joined by `+`.
    public var name: String {
        guard let joined = self as? ConcatenatedEncoder else { return family.rawValue }
        return joined.parts.map(\.encoder.name).joined(separator: "+")
    }
}

/// The families of encoders; docs/encoders.md describes what each is good for.
public enum EncoderFamily: String, CaseIterable, Codable, Sendable {
    /// Half-whitened principal components of the features, channel by channel: ``PCAEncoder``.
    case pca
    /// A projection of the features learnt from labels, channel by channel: also a ``PCAEncoder``.
    case supervised
    /// The bottleneck of a dense autoencoder over the features.
    case autoencoder
    /// The bottleneck of an LSTM autoencoder over the raw window.
    case lstm
    /// The features of the discriminator of an LSTM generative adversarial network over the raw window.
    case gan
    /// Several of the others with their embeddings joined: ``ConcatenatedEncoder``.
    case concatenation

    /// Whether it is a neural network, which needs a trainer.
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
        /// The eigensolver did not converge, or its input was not finite.
        case notSolvable = "not_solvable"
        /// The description cannot be read, or describes an encoder that this program cannot run.
        case badDescription = "bad_description"
        /// The weights file does not match its header or the encoder's description.
        case badWeights = "bad_weights"
    }

    /// The kind of failure.
    public let code: Code
    /// A sentence that says what was wrong and what to do about it.
    public let message: String

    /// An error with its sentence.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    public var description: String { message }
}
