"""The do-nothing page: a bare Flask application under the same server with the same settings.

python -m tools.bench.nothing PORT WORKERS THREADS
"""

import sys

from flask import Flask

from lms.operations.server import serve


def make_app() -> Flask:
    app = Flask(__name__, static_folder=None)

    @app.get("/")
    def nothing() -> str:
        return "nothing"

    return app


if __name__ == "__main__":
    port, workers, threads = (int(argument) for argument in sys.argv[1:])
    serve(make_app, host="127.0.0.1", port=port, workers=workers, threads=threads)
