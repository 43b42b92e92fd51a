package import Gateway
internal import HTTPTypes
internal import Hummingbird
package import Logging
package import Sockets

/// The pages of a server over HTTP, and what they share: access, limits and counts.
public struct WebPages: Sendable {
    private let gateway: Gateway
    private let metrics: MetricsPage
    private let access: WebAccess
    let limits: WebLimits
    let table: ConnectionTable
    let responses: ResponseCounts
    let logger: Logger

    static let notFound = Response(
        .notFound,
        "no such page; there are /healthz, /readyz and /metrics\n"
    )

    /// Pages about a gateway's indexes and the doors in front of it.
    ///
    /// - Parameters:
    ///   - doors: what the other doors report.
    ///   - tls: the certificate whose expiry is reported; nil for none.
    ///   - limits: what clients may use.
    ///   - logger: logs a request that failed, and a token that may do more than it need.
    package init(
        _ gateway: Gateway,
        doors: [any MetricsSource],
        tls: TLSIdentity? = nil,
        limits: WebLimits = WebLimits(),
        logger: Logger
    ) {
        self.gateway = gateway
        self.limits = limits
        self.logger = logger
        let (access, table, responses) = (
            WebAccess(gateway, logger), ConnectionTable(limits), ResponseCounts()
        )
        (self.access, self.table, self.responses) = (access, table, responses)
        let own = WebMetrics(table: table, responses: responses, access: access)
        metrics = MetricsPage(gateway: gateway, sources: doors + [own], tls: tls)
    }

    /// The pages by path. `/healthz` looks at no token: it must answer as long as the process does.
    func router() -> Router<WebContext> {
        let router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
        router.get("healthz") { _, _ in Response(.ok, "ok\n") }
        router.get("readyz") { [access, gateway] request, context in
            let client = await access.reader(request, context)
            return Response(.ok, type: "application/json", ReadinessPage(gateway).text(client.mayRead))
        }
        router.get("metrics") { [access, metrics] request, context in
            let client = await access.reader(request, context)
            guard client.mayRead else { return WebAccess.refusal(client) }
            return Response(.ok, type: MetricsPage.type, metrics.text)
        }
        router.get("**") { _, _ in Self.notFound }
        return router
    }
}
