internal import LineProtocol
internal import NIOCore

extension Delivery {
    /// The incident as JSON, as `INCIDENTS` tells it, with the index and the number of the change before it.
    var json: ByteBuffer {
        var buffer = ByteBuffer()
        JSONWriter.append(to: &buffer) { writer in
            incident.write(to: &writer, of: index, change: change, at: now)
        }
        return buffer
    }
}
