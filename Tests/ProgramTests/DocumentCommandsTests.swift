import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("The commands of README.md and docs, run as printed")
struct DocumentCommandsTests {
    /// The program under test, as `bin/gridkin` in the folder of a page. A server listens on the given port,
    /// and later commands wait until it does, so that a slow machine changes nothing.
    private static let wrapper = """
        #!/bin/sh
        if [ "$1" = serve ]; then
            case " $* " in *" --listen "*) ;; *) set -- "$@" --listen "127.0.0.1:$PAGE_PORT" ;; esac
            exec "$GRIDKIN_PROGRAM" "$@" >serving
        fi
        if [ -e serving ]; then
            until grep -q listening serving; do sleep 0.1; done
        fi
        exec "$GRIDKIN_PROGRAM" "$@"

        """

    @Test("Each page is a script that succeeds", arguments: DocumentedScript.pages)
    func page(_ page: String) throws {
        let script = try DocumentedScript(page: page)
        guard script.blocks.contains(where: \.isRun) else { return }
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("bin"), withIntermediateDirectories: true)
        let program = try folder.file("bin/gridkin", Self.wrapper)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        // Each page has a port of its own, below those that the system gives out.
        let port = 20_000 + Int(ProcessInfo.processInfo.processIdentifier) % 10_000
        try folder.file("page.sh", script.text(port: port))
        let shell = """
            export GRIDKIN_PROGRAM="$1" PAGE_PORT=\(port); unset GRIDKIN_INDEXES; exec timeout 900 sh page.sh
            """
        let finished = try Program.run([], in: folder, shell: shell, limit: 960)
        #expect(
            finished.code == 0,
            "\(page): \(finished.errors.suffix(2_000))\n\(finished.output.suffix(1_000))"
        )
    }

    @Test("Most pages with commands are run, and the others say why not")
    func leftOut() throws {
        let scripts = try DocumentedScript.pages.map(DocumentedScript.init)
        let blocks = scripts.flatMap(\.blocks)
        let leftOut = blocks.filter(\.isLeftOut)
        #expect(blocks.count - leftOut.count >= 12, "\(blocks.count - leftOut.count) blocks are run")
        #expect(leftOut.count <= 26, "\(leftOut.count) blocks are left out")
        for block in leftOut {
            let reason = block.text.prefix { $0 != "\n" && $0 != ";" }
            #expect(reason.split(separator: " ").count > 2, "\(reason)")
        }
        #expect(scripts.first?.blocks.first?.isRun == true, "the first block of the README")
    }
}
