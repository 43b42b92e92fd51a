"""The engines that users might run instead. Each engine holds rows numbered from 0 in the order of time, with the number
as its metadata, and answers with the numbers of the ten nearest; `since` asks for rows from a number on only."""

import os
import socket
import subprocess
import sys
import time

K = 10


class Engine:
    filters = True

    def __init__(self, rows, folder):
        self.folder = folder
        self.load(rows)

    def close(self):
        pass


class Faiss(Engine):
    name = "faiss-cpu 1.15.1 flat, in process"

    def load(self, rows):
        import faiss

        self.faiss = faiss
        faiss.omp_set_num_threads(1)
        self.index = faiss.IndexFlatL2(rows.shape[1])
        self.index.add(rows)

    def search(self, query, since=None):
        parameters = None
        if since is not None:
            parameters = self.faiss.SearchParameters(sel=self.faiss.IDSelectorRange(since, self.index.ntotal))
        return self.index.search(query[None], K, params=parameters)[1][0].tolist()


class FastAPI(Engine):
    name = "faiss-cpu 1.15.1 flat, behind FastAPI 0.165 and uvicorn 0.54"

    def load(self, rows):
        import faiss
        import httpx

        index = faiss.IndexFlatL2(rows.shape[1])
        index.add(rows)
        path = os.path.join(self.folder, "http.faiss")
        faiss.write_index(index, path)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        program = os.path.join(os.path.dirname(__file__), "http_faiss.py")
        self.server = subprocess.Popen([sys.executable, program, path, str(port)])
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}")
        for _ in range(200):
            try:
                return self.search(rows[0])
            except httpx.TransportError:
                time.sleep(0.1)
        raise SystemExit("the HTTP server did not start")

    def search(self, query, since=None):
        question = {"embedding": query.tolist(), "k": K, "since": since}
        return self.client.post("/search", json=question).json()["rows"]

    def close(self):
        self.server.terminate()
        self.server.wait()


class Chroma(Engine):
    name = "chromadb 1.5.9"

    def load(self, rows):
        import chromadb

        client = chromadb.PersistentClient(os.path.join(self.folder, "chroma"))
        self.collection = client.create_collection("rows", metadata={"hnsw:space": "l2"})
        for first in range(0, len(rows), 5000):
            part = range(first, min(first + 5000, len(rows)))
            self.collection.add(
                ids=[str(row) for row in part],
                embeddings=rows[part.start : part.stop],
                metadatas=[{"row": row} for row in part],
            )

    def search(self, query, since=None):
        where = None if since is None else {"row": {"$gte": since}}
        found = self.collection.query(query_embeddings=query[None], n_results=K, where=where, include=["distances"])
        return [int(row) for row in found["ids"][0]]


class QdrantLocal(Engine):
    name = "qdrant-client 1.20.0, local"

    def load(self, rows):
        from qdrant_client import QdrantClient, models

        self.models = models
        self.client = QdrantClient(":memory:")
        self.client.create_collection(
            "rows", vectors_config=models.VectorParams(size=rows.shape[1], distance=models.Distance.EUCLID)
        )
        self.client.upload_collection("rows", vectors=rows, payload=[{"row": row} for row in range(len(rows))])

    def search(self, query, since=None):
        models = self.models
        chosen = None
        if since is not None:
            chosen = models.Filter(must=[models.FieldCondition(key="row", range=models.Range(gte=since))])
        found = self.client.query_points("rows", query=query.tolist(), limit=K, query_filter=chosen)
        return [point.payload["row"] for point in found.points]


class QdrantEdge(Engine):
    name = "qdrant-edge-py 0.9.0"

    def load(self, rows):
        import qdrant_edge

        self.edge = qdrant_edge
        place = os.path.join(self.folder, "edge")
        os.makedirs(place, exist_ok=True)
        vectors = qdrant_edge.EdgeVectorParams(size=rows.shape[1], distance=qdrant_edge.Distance.Euclid)
        self.shard = qdrant_edge.EdgeShard.create(place, qdrant_edge.EdgeConfig(vectors=vectors))
        for first in range(0, len(rows), 5000):
            points = [
                qdrant_edge.Point(id=first + place, vector=row.tolist(), payload={"row": first + place})
                for place, row in enumerate(rows[first : first + 5000])
            ]
            self.shard.update(qdrant_edge.UpdateOperation.upsert_points(points))
        self.shard.optimize()

    def search(self, query, since=None):
        edge = self.edge
        chosen = None
        if since is not None:
            chosen = edge.Filter(must=[edge.FieldCondition(key="row", range=edge.RangeFloat(gte=since))])
        request = edge.QueryRequest(limit=K, query=edge.Query.Nearest(query.tolist()), filter=chosen)
        return [point.id for point in self.shard.query(request)]


class SQLiteVec(Engine):
    name = "sqlite-vec 0.1.9"

    def load(self, rows):
        # Not Python's own sqlite3, which is often built without extensions.
        import apsw
        import sqlite_vec

        self.database = apsw.Connection(os.path.join(self.folder, "vec.sqlite"))
        self.database.enable_load_extension(True)
        self.database.load_extension(sqlite_vec.loadable_path())
        with self.database:
            self.database.execute(
                f"CREATE VIRTUAL TABLE rows USING vec0(embedding float[{rows.shape[1]}], place integer)"
            )
            self.database.executemany(
                "INSERT INTO rows (rowid, embedding, place) VALUES (?, ?, ?)",
                ((row, rows[row].tobytes(), row) for row in range(len(rows))),
            )

    def search(self, query, since=None):
        condition, values = ("", []) if since is None else (" AND place >= ?", [since])
        found = self.database.execute(
            f"SELECT rowid FROM rows WHERE embedding MATCH ? AND k = {K}{condition}", [query.tobytes(), *values]
        )
        return [row for (row,) in found]


class HNSWLib(Engine):
    name = "hnswlib 0.8.0, M 16, ef 64, in process"

    def load(self, rows):
        import hnswlib

        self.index = hnswlib.Index(space="l2", dim=rows.shape[1])
        self.index.init_index(max_elements=len(rows), M=16, ef_construction=100, random_seed=1)
        self.index.add_items(rows, num_threads=os.cpu_count())
        self.index.set_ef(64)
        self.index.set_num_threads(1)

    def search(self, query, since=None):
        chosen = None if since is None else lambda row: row >= since
        return self.index.knn_query(query, k=K, filter=chosen, num_threads=1)[0][0].tolist()


class USearch(Engine):
    name = "usearch 2.26.6, M 16, ef 64, in process"
    filters = False

    def load(self, rows):
        import numpy
        from usearch.index import Index

        self.index = Index(ndim=rows.shape[1], metric="l2sq", connectivity=16, expansion_search=64)
        self.index.add(numpy.arange(len(rows)), rows, threads=os.cpu_count())

    def search(self, query, since=None):
        return self.index.search(query, K, threads=1).keys.tolist()


class LanceDB(Engine):
    name = "LanceDB 0.40.0, without an index"

    def load(self, rows):
        import lancedb
        import pyarrow

        vectors = pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(rows.reshape(-1)), rows.shape[1])
        table = pyarrow.table({"row": pyarrow.array(range(len(rows))), "vector": vectors})
        self.table = lancedb.connect(os.path.join(self.folder, "lance")).create_table("rows", table)

    def search(self, query, since=None):
        question = self.table.search(query).limit(K).select(["row", "_distance"])
        if since is not None:
            question = question.where(f"row >= {since}", prefilter=True)
        return question.to_arrow()["row"].to_pylist()


ALL = {
    "faiss": Faiss,
    "fastapi": FastAPI,
    "chroma": Chroma,
    "qdrant": QdrantLocal,
    "qdrant-edge": QdrantEdge,
    "sqlite-vec": SQLiteVec,
    "hnswlib": HNSWLib,
    "usearch": USearch,
    "lancedb": LanceDB,
}
