// Indexes in files, in FAISS's own format, so that any FAISS can open them.
//
// FAISS's file writer only prints a message if fclose fails, so that a full disk would be
// noticed at the next start. This one throws.

#include "Index.hpp"

#include <faiss/impl/io.h>
#include <faiss/index_io.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

namespace gridkin {
namespace {

struct CheckedFile : faiss::IOWriter {
    explicit CheckedFile(const char *path) : file(fopen(path, "wb")) { check(file); }
    ~CheckedFile() override {
        if (file) fclose(file);
    }
    size_t operator()(const void *bytes, size_t size, size_t n) override {
        const size_t written = fwrite(bytes, size, n, file);
        check(written == n);
        return written;
    }
    void close() {
        const int failed = fclose(file);
        file = nullptr;
        check(!failed);
    }
    static void check(bool succeeded) {
        require(succeeded, CFAISS_OTHER, strerror(errno));
    }
    FILE *file;
};

bool isL2(const faiss::Index &index) {
    return index.metric_type == faiss::METRIC_L2 && index.is_trained && index.d >= 1 &&
           index.d <= CFAISS_MAXIMUM_DIMENSION && index.ntotal >= 0;
}

bool holdsItsRows(const faiss::IndexFlat &flat) {
    return flat.codes.size() == size_t(flat.ntotal) * size_t(flat.d) * sizeof(float);
}

/// Whether the row numbers are 0 to ntotal - 1 without a gap, and ascend within each list.
bool listsHoldEveryRow(const faiss::IndexIVFFlat &ivf) {
    std::vector<bool> seen(size_t(ivf.ntotal), false);
    if (ivf.invlists->compute_ntotal() != seen.size()) return false;
    for (size_t list = 0; list < ivf.nlist; list++) {
        const int64_t *ids = ivf.invlists->get_ids(list);
        for (size_t i = 0; i < ivf.invlists->list_size(list); i++) {
            if (ids[i] < 0 || ids[i] >= ivf.ntotal || seen[size_t(ids[i])]) return false;
            if (i > 0 && ids[i] < ids[i - 1]) return false;
            seen[size_t(ids[i])] = true;
        }
    }
    return true;
}

bool isWellFormed(const CFaissIndex &index) {
    if (index.flat) return isL2(*index.flat) && holdsItsRows(*index.flat);
    const auto &ivf = *index.ivf;
    const bool hasLists = dynamic_cast<faiss::ArrayInvertedLists *>(ivf.invlists) &&
                          ivf.invlists->nlist == ivf.nlist &&
                          ivf.invlists->code_size == size_t(ivf.d) * sizeof(float);
    const bool hasCentroids = isL2(*index.coarse) && holdsItsRows(*index.coarse) &&
                              index.coarse->ntotal == int64_t(ivf.nlist) &&
                              index.coarse->d == ivf.d;
    return isL2(ivf) && hasCentroids && hasLists && listsHoldEveryRow(ivf);
}

}  // namespace

std::unique_ptr<CFaissIndex> readIndex(const char *path) {
    std::unique_ptr<faiss::Index> stored(faiss::read_index(path));
    auto index = std::make_unique<CFaissIndex>(std::move(stored));
    require(isWellFormed(*index), CFAISS_FORMAT, "the parts of the index contradict each other");
    if (index->ivf) index->ivf->make_direct_map(true);
    index->updateSketch();
    return index;
}

void writeIndex(const CFaissIndex &index, const char *path) {
    CheckedFile file(path);
    faiss::write_index(index.index.get(), &file);
    file.close();
}

}  // namespace gridkin
