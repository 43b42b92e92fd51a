internal import Storage
public import Verdicts

extension LiveIndex {
    /// Makes sure that the lock and the journal are still the files that were opened: a journal that was
    /// removed or replaced takes what nobody will read, and without its lock another process may write too.
    /// Until they are, pushes and labels are refused. To be called often; reads a few pages.
    ///
    /// The same files may come back. Other files are opened at the next start: what this process has in
    /// memory is not what they hold.
    ///
    /// - Throws: ``HealthIssue`` with what is wrong.
    public func watch() throws(HealthIssue) {
        guard !isReadonly else { return }
        // Once another process may have written, the streams in memory are out of date.
        let reason = read { $0.lostLock } ?? lostLock() ?? journalDamage()
        update { state in
            // What could not be written because of the files can be; if there is another reason, the next
            // write notes it.
            if reason == nil, state.health.reason(.files) != nil { state.health.note(.writing, nil) }
            state.health.note(.files, reason)
        }
        if let reason { throw HealthIssue(.files, of: folder.name.text, reason) }
    }

    private func lostLock() -> String? {
        do throws(IndexError) {
            try lock?.keep()
            return nil
        } catch {
            // What passes, such as a full disk, has let nobody in.
            guard error.code == .busy else { return error.message }
            let reason = "\(error.message); stop this server, and start it again when no other runs"
            update { $0.lostLock = reason }
            return reason
        }
    }

    private func journalDamage() -> String? {
        do throws(CatalogError) {
            try journal?.inspect()
            return nil
        } catch {
            guard error.isDamage else { return nil }
            return "\(error); stop the server, bring back \(folder.journalPath) as it was or from a copy, "
                + "and start the server again"
        }
    }

    /// Refuses what would be written into files that are not the index's any more. Looks at them again if
    /// they were not when last looked at: a disk that failed for a moment may be well.
    func requireOwnFiles() throws(RequestError) {
        guard read({ $0.health.reason(.files) }) != nil else { return }
        do throws(HealthIssue) { try watch() } catch { throw Self.refused(error.reason) }
    }
}
