internal import Readings
internal import Storage
internal import Windows

/// The streams of a few meters as they stood after their last late readings: a meter that was cut off sends
/// many, one after the other, and each is judged by the readings before it.
struct LateStreams: Sendable {
    private struct Kept: Sendable {
        let stream: MeterStream
        let generation: Generation
    }

    private var streams: [Name: Kept] = [:]

    /// More meters than this are begun anew: a stream takes as much as in ``StreamCache``.
    private static let limit = 16

    /// The stream of a meter, if it ends with a reading.
    ///
    /// - Parameter newest: the time of that reading. Between it and the next one there is none.
    func stream(of meter: Name, endingAt newest: Int64?, in generation: Generation) -> MeterStream? {
        guard let kept = streams[meter], kept.generation === generation, !kept.stream.needsHistory,
            kept.stream.newestTime?.milliseconds == newest
        else { return nil }
        return kept.stream
    }

    /// Keeps the stream of a meter after a late reading, in place of the one before.
    mutating func keep(_ stream: MeterStream, of meter: Name, in generation: Generation) {
        if streams[meter] == nil, streams.count >= Self.limit { streams = [:] }
        var stream = stream
        stream.forgetHistory()
        streams[meter] = Kept(stream: stream, generation: generation)
    }

    /// Forgets the stream of a meter, whose history has changed.
    mutating func forget(_ meter: Name) { streams[meter] = nil }
}
