internal import NIOCore
internal import Readings

/// Posts each change to an HTTP server, signed if there is a secret.
struct WebhookDestination: Destination {
    private let webhook: SinkSettings.Webhook
    private let sender: HTTPSender

    init(_ webhook: SinkSettings.Webhook, patience: SinkPatience) {
        self.webhook = webhook
        sender = HTTPSender(patience: patience.attempt)
    }

    func deliver(_ delivery: Delivery) async throws(DeliveryFailure) {
        let body = delivery.json
        var headers = [(name: "Gridkin-Delivery", value: delivery.id)]
        if let secret = webhook.secret {
            let seconds = delivery.now.milliseconds / 1_000
            let signature = Signature.header(of: body.readableBytesView, secret: secret, seconds: seconds)
            headers.append(("Gridkin-Signature", signature))
        }
        try await sender.post(body, to: webhook.url, headers: headers)
    }
}
