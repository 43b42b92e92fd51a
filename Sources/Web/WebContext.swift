internal import Gateway
internal import Hummingbird
internal import Sockets

/// What is known of a request beside its text.
struct WebContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The client.
    let peer: Peer

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = Peer(source.channel.remoteAddress)
    }
}
