internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

extension Response {
    /// A page that no cache keeps and no browser takes for anything else.
    init(_ status: HTTPResponse.Status, type: String = "text/plain; charset=utf-8", _ text: String) {
        self.init(
            status: status,
            headers: [.contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
