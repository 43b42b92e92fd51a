/// A live reading and what the server said when it arrived.
struct LiveAnswer {
    let reading: LiveReading
    let answer: ServerReply.Answer
}
