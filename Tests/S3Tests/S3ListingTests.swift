import S3
import Testing

@Suite struct S3ListingTests {
    private func listing(_ text: String) throws(S3Error) -> S3Listing { try S3Listing(Array(text.utf8)) }

    @Test func readsAPage() throws {
        let page = try listing(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>grid</Name><EncodingType>url</EncodingType>
              <IsTruncated>true</IsTruncated><NextContinuationToken>1/x&amp;y==</NextContinuationToken>
              <Contents><Key>a/b+c%2B%C3%A4.csv</Key><LastModified>x</LastModified>
                <ETag>&quot;e&quot;</ETag><Size>12</Size><Owner><ID>1</ID></Owner></Contents>
              <Contents><Size>0</Size><Key>a/&#x26;&#38;&lt;</Key></Contents><CommonPrefixes/>
            </ListBucketResult>
            """
        )
        #expect(page.objects == [.init(key: "a/b c+ä.csv", size: 12), .init(key: "a/&&<", size: 0)])
        #expect(page.next == "1/x&y==")
        let raw = try listing(
            "<ListBucketResult><Contents><Key>a+b%20</Key><Size>1</Size></Contents></ListBucketResult>"
        )
        #expect(raw.objects.map(\.key) == ["a+b%20"])
        let empty = try listing("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>")
        #expect(empty.objects.isEmpty && empty.next == nil)
    }

    @Test(
        arguments: [
            "", "<html></html>", "<ListBucketResult>",
            "<ListBucketResult><Contents></Contents></ListBucketResult>",
            "<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>",
            "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>%ff</Key><Size>1</Size></Contents></ListBucketResult>",
            "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        ]
    ) func refusesAnythingElse(text: String) {
        #expect(throws: S3Error.self) { try listing(text) }
    }

    @Test func readsARefusal() {
        let text =
            "<Error><Code>AuthorizationHeaderMalformed</Code><Message>a &lt; b</Message><Region>eu-west-1</Region></Error>"
        let refusal = S3Refusal(Array(text.utf8))
        #expect(refusal.code == "AuthorizationHeaderMalformed" && refusal.message == "a < b")
        #expect(refusal.region == "eu-west-1")
        #expect(S3Refusal([0xff]).code == nil && S3Refusal(Array("Bad gateway".utf8)).message == nil)
    }
}
