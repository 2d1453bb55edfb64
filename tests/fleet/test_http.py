"""Bundles from a server: conditions, faults, and what nobody may make us fetch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sphinxext_opsdocs.config.schema import BUNDLE_FILE
from tests.fleet.fleet import Fleet
from tests.network.tracker_server import Answer, Request, TrackerServer

OPEN = "[sync]\nallow_http = true\nallow_private = true\nretries = 0\ntimeout = 5.0\n"


class Site:
    """Serves the sites of a company, with entity tags."""

    def __init__(self, company: Fleet) -> None:
        self.folders = {name: member.site for name, member in company.members.items()}
        self.status: dict[str, int] = {}
        self.server = TrackerServer(self._handle)

    def _handle(self, request: Request) -> Answer:
        _, name, file = request.path.split("/", 2)
        if status := self.status.get(name):
            return Answer(status)
        data = (self.folders[name] / file).read_bytes()
        tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == tag:
            return Answer(304, headers={"ETag": tag})
        return Answer(200, headers={"ETag": tag}, raw=data)


@pytest.fixture
def site(company: Fleet) -> Iterator[Site]:
    site = Site(company)
    tables = [
        f'[repositories.{name}]\naddress = "{site.server.address}/{name}/"\n'
        f'index = "https://docs.example/{name}/canonical-index.json.gz"\n'
        for name in company.members
    ]
    company.options = OPEN + "".join(tables)
    company.members = {}
    with site.server:
        yield site


def test_only_what_has_changed_is_sent_again(company: Fleet, site: Site) -> None:
    assert company.refresh().checked == 3
    sent = len(site.server.requests)
    assert company.refresh().changed == 0
    tags = [request.headers.get("if-none-match") for request in site.server.requests[sent:]]
    assert len(tags) == 3
    assert all(tags)
    # a bundle that somebody removed here is asked for without a condition
    for path in Path(company.folder, "fleet/bundles").glob("*.zip"):
        path.unlink()
    sent = len(site.server.requests)
    assert company.refresh().faults == ()
    assert [r.headers.get("if-none-match") for r in site.server.requests[sent:]] == [None] * 3


@pytest.mark.parametrize("status", [403, 404, 500])
def test_an_answer_that_is_none(company: Fleet, site: Site, status: int) -> None:
    company.refresh()
    site.status["orders"] = status
    ((name, fault),) = company.refresh().faults
    assert name == "orders"
    assert f"the server answers {status}" in fault
    assert len(company.rows("register", repository="orders")) == 1
    del site.status["orders"]
    assert company.refresh().faults == ()


def test_private_hosts_need_a_setting(company: Fleet, site: Site) -> None:
    company.options = company.options.replace("allow_private = true\n", "")
    faults = company.refresh().faults
    assert len(faults) == 3
    assert "to allow it, set sync.allow_private" in faults[0][1]


def test_what_is_too_large_is_left(company: Fleet, site: Site) -> None:
    company.options = company.options.replace("retries = 0", "retries = 0\nmax_size = 1")
    path = site.folders["orders"] / BUNDLE_FILE
    path.write_bytes(path.read_bytes() + b"0" * 1024 * 1024)
    ((name, fault),) = company.refresh().faults
    assert name == "orders"
    assert "is larger than sync.max_size (1 MiB)" in fault
