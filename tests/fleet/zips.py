"""Bundles that somebody has made by hand."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping


def contents(data: bytes) -> dict[str, bytes]:
    """The files of a bundle."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(data: bytes, changed: Mapping[str, bytes], is_consistent: bool = True) -> bytes:
    """A bundle with other files; its manifest is right for them if it is to be consistent."""
    files = contents(data) | dict(changed)
    if is_consistent and "manifest.json" not in changed:
        manifest = json.loads(files["manifest.json"])
        for name, text in changed.items():
            digest = hashlib.sha256(text).hexdigest()
            manifest["files"][name] = {"size": len(text), "sha256": digest}
        files["manifest.json"] = json.dumps(manifest).encode()
    return packed(files)


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip of files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()
