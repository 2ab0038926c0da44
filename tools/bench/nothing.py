"""The do-nothing page: a bare Flask application under the same server settings."""

from flask import Flask

app = Flask(__name__, static_folder=None)


@app.get("/")
def nothing() -> str:
    return "nothing"
