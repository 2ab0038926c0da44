"""Files by key: a folder by default, an S3-compatible store by configuration. A file is written once and never changed."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

PROBE = "ready"
_store: ObjectStore | None = None


def connect(address: str) -> None:
    """Use this folder or ``s3://bucket/prefix`` for the whole process."""
    global _store
    if "://" in address:
        _store = from_url(address)
    else:
        Path(address).mkdir(parents=True, exist_ok=True)
        _store = LocalStore(prefix=address)


def store() -> ObjectStore:
    if _store is None:
        raise RuntimeError("no file store: create_app or a command connects one first")
    return _store


def key_of(content: bytes, folder: str) -> str:
    """Where this content lives: its own hash, so the same bytes are stored once and cannot be swapped."""
    digest = hashlib.sha256(content).hexdigest()
    return f"{folder}/{digest[:2]}/{digest}"


def put(content: bytes, folder: str) -> str:
    """Store and return the key. Safe to repeat."""
    key = key_of(content, folder)
    obstore.put(store(), key, content)
    return key


def get(key: str) -> bytes:
    """The content. Raises FileNotFoundError."""
    return bytes(obstore.get(store(), key).bytes())


def stored_keys() -> Iterator[str]:
    """Everything that is stored."""
    for batch in obstore.list(store()):
        yield from (found["path"] for found in batch if found["path"] != PROBE)


def is_ready() -> bool:
    """Whether the store answers."""
    try:
        obstore.put(store(), PROBE, b"")
    except Exception:
        return False
    return True
