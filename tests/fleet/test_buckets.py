"""Bundles in a bucket: a real server of S3's protocol in this process, from moto."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from sphinxext_opsdocs.config.network import Fetching
from sphinxext_opsdocs.config.schema import BUNDLE_FILE
from sphinxext_opsdocs.network.bundles import BundleFetcher
from sphinxext_opsdocs.network.download import DownloadError
from tests.conftest import skip
from tests.fleet.fleet import Fleet

RULES = Fetching(allow_http=True, timeout=20.0)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server with an empty bucket ``docs``, as the environment names it."""
    if importlib.util.find_spec("moto") is None:
        skip('a server of S3\'s protocol (pip install "moto[server]")')
    import requests
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    for name, value in {
        "AWS_ENDPOINT": address,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    requests.post(f"{address}/moto-api/reset", timeout=10)
    requests.put(f"{address}/docs", timeout=10).raise_for_status()
    yield
    server.stop()


def _put(key: str, data: bytes) -> None:
    import obstore
    from obstore.store import from_url

    obstore.put(from_url("s3://docs"), key, data)


@pytest.mark.usefixtures("bucket")
def test_fetch_and_not_again(tmp_path: Path) -> None:
    _put("orders/a.zip", b"one")
    fetcher = BundleFetcher(RULES, tmp_path)
    first = fetcher.fetch("s3://docs/orders/a.zip")
    assert first.data == b"one"
    assert fetcher.fetch("s3://docs/orders/a.zip", first.etag).data is None
    _put("orders/a.zip", b"two")
    assert fetcher.fetch("s3://docs/orders/a.zip", first.etag).data == b"two"


@pytest.mark.usefixtures("bucket")
def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="the bucket does not have it"):
        BundleFetcher(RULES, tmp_path).fetch("s3://docs/gone.zip")


@pytest.mark.usefixtures("bucket")
def test_what_is_too_large(tmp_path: Path) -> None:
    _put("a.zip", b"0" * (1024 * 1024 + 1))
    with pytest.raises(DownloadError, match=r"is larger than sync.max_size \(1 MiB\)"):
        BundleFetcher(Fetching(allow_http=True, max_size=1), tmp_path).fetch("s3://docs/a.zip")


@pytest.mark.usefixtures("bucket")
def test_a_fleet_in_a_bucket(company: Fleet) -> None:
    options = ["[sync]\nallow_http = true\n"]
    for name, member in company.members.items():
        data = (member.site / BUNDLE_FILE).read_bytes()
        _put(f"{name}/{BUNDLE_FILE}", data)
        options.append(
            f'[repositories.{name}]\naddress = "s3://docs/{name}/"\n'
            f'index = "https://docs.example/{name}/canonical-index.json.gz"\n'
        )
    company.options = "".join(options)
    company.members = {}
    done = company.refresh()
    assert (done.read, done.checked) == (3, 3)
    assert company.rules() == {}
    assert company.refresh().changed == 0


@pytest.mark.parametrize("address", ["ftp://docs/a.zip", "file:///etc/passwd"])
def test_no_other_scheme(address: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="its scheme must be https, s3, gs or az, not"):
        BundleFetcher(RULES, tmp_path).fetch(address)
