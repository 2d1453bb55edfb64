"""346 real pages in both syntaxes: left alone without our markup, reported once where governed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

GOVERNED = ("admin", "applications")


def build(corpus: Path, folder: Path, builder: str, config: str | None) -> Path:
    """Build the real pages with their own plain configuration, ours on top when given."""
    folder.mkdir()
    conf = f"""
import pathlib, sys
source = pathlib.Path({str(corpus / "conf/phalanx/conf.py")!r})
exec(compile(source.read_text().replace("__file__", repr(str(source))), str(source), "exec"))
"""
    if config is not None:
        conf += 'extensions.append("sphinxext_opsdocs")\n'
        (folder / "opsdocs.toml").write_text(config)
    (folder / "conf.py").write_text(conf)
    out = folder / "out"
    docs = corpus / "phalanx/docs"
    command = [sys.executable, "-m", "sphinx", "-q", "-b", builder, "-c", folder, docs, out]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return out


def page(path: Path) -> str:
    """A page without what names its assets."""
    text = re.sub(r"<link rel=\"stylesheet\"[^>]*opsdocs\.css[^>]*>", "", path.read_text())
    return " ".join(re.sub(r"\?v=[0-9a-f]+", "", text).split())


@pytest.mark.slow
def test_real_pages_without_our_markup_are_the_same(corpus: Path, tmp_path: Path) -> None:
    plain = build(corpus, tmp_path / "plain", "html", None)
    ours = build(corpus, tmp_path / "ours", "html", "")
    pages = sorted(path.relative_to(plain) for path in plain.rglob("*.html"))
    assert len(pages) > 340
    assert [name for name in pages if page(plain / name) != page(ours / name)] == []


@pytest.mark.slow
def test_real_pages_without_a_header_are_each_reported_once(corpus: Path, tmp_path: Path) -> None:
    out = build(corpus, tmp_path / "governed", "html", 'governed = ["admin/**", "applications/**"]')
    findings = json.loads((out / "opsdocs-findings.json").read_text())["findings"]
    docs = corpus / "phalanx/docs"
    built = {path.relative_to(out).with_suffix("").as_posix() for path in out.rglob("*.html")}
    wanted = {name for name in built if name.startswith(tuple(f"{f}/" for f in GOVERNED))}
    assert len(wanted) > 200
    missing = [f for f in findings if f["rule"] == "header_missing"]
    assert len(missing) == len(wanted)
    assert {f["docname"] for f in missing} == wanted
    for finding in missing:
        assert finding["place"]["line"] == 1
        assert (docs / finding["place"]["path"]).is_file()
