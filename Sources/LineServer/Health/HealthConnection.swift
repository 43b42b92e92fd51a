// One request a connection, and a limit on the connection's whole time: without keep-alive no connection can
// be idle, and a client that sends its headers byte by byte gains nothing.

import LineProtocol
import NIOCore
import NIOHTTP1
import Verdicts

/// Answers one GET or HEAD request, and closes the connection.
final class HealthConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let pages: HealthPages
    private let limit: TimeAmount
    private let onClose: () -> Void
    private var head: HTTPRequestHead?
    private var bodyBytes = 0
    private var deadline: Scheduled<Void>?

    /// Bytes of the longest body of a request. Bodies are ignored.
    private static let longestBody = 4_096

    /// - Parameters:
    ///   - limit: how long the connection may last.
    ///   - onClose: called once when it has ended.
    init(pages: HealthPages, limit: Duration, onClose: @escaping () -> Void) {
        self.pages = pages
        self.limit = TimeAmount(limit)
        self.onClose = onClose
    }

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
            context.close(mode: .all, promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        onClose()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): if self.head == nil { self.head = head }
        case .body(let bytes):
            bodyBytes += bytes.readableBytes
            if bodyBytes > Self.longestBody { context.close(promise: nil) }
        case .end:
            guard let head else { return }
            answer(head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let page = page(head)
        var headers = HTTPHeaders([
            ("content-type", page.type), ("content-length", String(page.body.utf8.count)),
            ("connection", "close"), ("cache-control", "no-store"), ("x-content-type-options", "nosniff"),
        ])
        if page.status == 405 { headers.add(name: "allow", value: "GET, HEAD") }
        if page.status == 401 { headers.add(name: "www-authenticate", value: "Bearer") }
        let status = HTTPResponseStatus(statusCode: page.status)
        let response = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if head.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: page.body)))), promise: nil)
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in context.close(mode: .all, promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }

    private func page(_ head: HTTPRequestHead) -> Page {
        guard head.method == .GET || head.method == .HEAD else {
            return Page(status: 405, type: Page.text, body: "the method is not allowed; use GET or HEAD\n")
        }
        let path = String(head.uri.prefix { $0 != "?" })
        return pages.page(path, token: Self.token(head.headers))
            ?? Page(
                status: 404,
                type: Page.text,
                body: "no such page; there are /healthz, /readyz and /metrics\n"
            )
    }

    private static func token(_ headers: HTTPHeaders) -> String? {
        guard let value = headers.first(name: "authorization") else { return nil }
        let words = value.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bearer",
            words[1].utf8.count <= RequestLimit.tokenBytes
        else { return nil }
        return String(words[1])
    }
}

/// A response over HTTP.
struct Page {
    static let text = "text/plain; charset=utf-8"

    let status: Int
    let type: String
    let body: String
}
