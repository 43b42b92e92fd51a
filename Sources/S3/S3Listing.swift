/// One page of the keys in a bucket: the answer to ListObjectsV2 with `encoding-type=url`.
public struct S3Listing: Sendable, Equatable {
    /// A key and what stands behind it.
    public struct Object: Sendable, Equatable {
        /// The whole key.
        public let key: String
        /// In bytes, 0 or more.
        public let size: Int

        /// An object.
        public init(key: String, size: Int) { (self.key, self.size) = (key, size) }
    }

    /// In the order of their keys' bytes.
    public let objects: [Object]
    /// What to ask for the next page with; nil on the last.
    public let next: String?

    /// Reads a page.
    ///
    /// - Throws: ``S3Error`` for anything else.
    public init(_ bytes: [UInt8]) throws(S3Error) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Self.unreadable("it is not UTF-8")
        }
        guard let page = XMLElements(text[...]).first("ListBucketResult") else {
            throw Self.unreadable("it has no ListBucketResult")
        }
        // Some servers do not encode keys, asked or not.
        let isEncoded = page.first("EncodingType")?.text == "url"
        var objects: [Object] = []
        for contents in page.all("Contents") {
            guard let key = Self.key(contents, isEncoded), !key.isEmpty,
                let size = contents.first("Size").flatMap({ Int($0.text) }), size >= 0
            else { throw Self.unreadable("an object has no key or size") }
            objects.append(Object(key: key, size: size))
        }
        let isCut = page.first("IsTruncated")?.text == "true"
        next = isCut ? page.first("NextContinuationToken")?.text : nil
        guard !isCut || !(next ?? "").isEmpty else { throw Self.unreadable("it does not say how to go on") }
        self.objects = objects
    }

    private static func key(_ contents: XMLElements, _ isEncoded: Bool) -> String? {
        contents.first("Key").flatMap { isEncoded ? Percent.decoded($0.text) : $0.text }
    }

    private static func unreadable(_ reason: String) -> S3Error {
        S3Error("the server's list of keys cannot be read: \(reason)")
    }
}

/// What S3 says of a request that it refuses.
public struct S3Refusal: Sendable, Equatable {
    /// A word such as `NoSuchBucket`; nil if the answer has none.
    public let code: String?
    /// A sentence in English.
    public let message: String?
    /// Where the bucket is, if that is what was wrong.
    public let region: String?

    /// Reads the body of a response; anything that is not such a document has no code.
    public init(_ bytes: [UInt8]) {
        let error = String(validating: bytes, as: UTF8.self).flatMap { XMLElements($0[...]).first("Error") }
        code = error?.first("Code")?.text
        message = error?.first("Message")?.text
        region = error?.first("Region")?.text
    }
}
