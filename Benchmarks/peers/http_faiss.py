"""faiss-cpu behind FastAPI, as people deploy it: `python http_faiss.py INDEX PORT`."""

import sys

import faiss
import numpy
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

index = faiss.read_index(sys.argv[1])
faiss.omp_set_num_threads(1)
app = FastAPI()


class Question(BaseModel):
    embedding: list[float]
    k: int = 10
    since: int | None = None


@app.post("/search")
def search(question: Question):
    parameters = None
    if question.since is not None:
        parameters = faiss.SearchParameters(sel=faiss.IDSelectorRange(question.since, index.ntotal))
    query = numpy.array([question.embedding], dtype=numpy.float32)
    distances, rows = index.search(query, question.k, params=parameters)
    return {"rows": rows[0].tolist(), "distances": distances[0].tolist()}


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
