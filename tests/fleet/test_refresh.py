"""A refresh: what it checks again, and what it keeps serving."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from sphinxext_opsdocs.config.schema import BUNDLE_FILE
from sphinxext_opsdocs.fleet import refresh as refresh_module
from sphinxext_opsdocs.fleet.plan import Task
from sphinxext_opsdocs.fleet.pool import CheckOutcome
from tests.fleet.fleet import DAY, Fleet, platform_page
from tests.fleet.zips import contents, repacked


def _bundle(fleet: Fleet, name: str) -> Path:
    return fleet.members[name].site / BUNDLE_FILE


def test_first_refresh_reads_all(company: Fleet) -> None:
    done = company.refresh()
    assert (done.repositories, done.read, done.changed, done.checked) == (3, 3, 3, 3)
    assert company.served().standing() == f"3 of 3 repositories read, {DAY}"
    assert [row["repository"] for row in company.rows("repositories")] == [
        "billing",
        "orders",
        "platform",
    ]
    deviations = company.rows("register")
    assert [(row["repository"], row["deviation"], row["days_open"]) for row in deviations] == [
        ("billing", "DEV-0007", 24),
        ("orders", "DEV-0007", 24),
    ]
    assert deviations[1]["address"] == "https://docs.example/orders/ops/drain.html"


def test_nothing_is_checked_again_on_the_same_day(company: Fleet) -> None:
    company.refresh()
    done = company.refresh()
    assert (done.changed, done.checked) == (0, 0)
    assert len(company.rows("register")) == 2


def test_on_another_day_everything_is_checked(company: Fleet) -> None:
    company.refresh()
    assert company.refresh("2026-11-24").checked == 3
    assert [row["days_open"] for row in company.rows("register")] == [25, 25]


def test_another_build_of_the_same_pages_changes_nothing(company: Fleet) -> None:
    company.refresh()
    orders = company.members["orders"]
    before = _bundle(company, "orders").read_bytes()
    orders.build(fresh=True)
    assert _bundle(company, "orders").read_bytes() == before
    assert company.refresh().checked == 0


def test_only_what_depends_on_a_change_is_checked_again(company: Fleet) -> None:
    company.refresh()
    orders = company.members["orders"]
    orders.project.append("ops/drain.rst", "\nClients also see :canonical:`platform:gone`.\n")
    orders.build()
    done = company.refresh()
    assert (done.changed, done.checked) == (1, 1)
    assert [row["state"] for row in _references(company, "orders")].count("unresolved") == 1


def test_a_specification_that_changed_makes_references_suspect_elsewhere(company: Fleet) -> None:
    platform, orders = company.members["platform"], company.members["orders"]
    lock = orders.project.srcdir / "opsdocs.lock"
    digest = _digest_of_drain(company)
    lock.write_text(
        '{"kind": "lock", "format": 1}\n\n{"kind": "pin", "document": "ops/drain", "section": '
        f'"platform:node-drain", "name": "specs/nodes#node-drain", "digest": "{digest}"}}\n\n'
        '{"kind": "end"}\n'
    )
    orders.build()
    company.refresh()
    assert "suspect" not in {row["state"] for row in _references(company, "orders")}
    platform.write({"specs/nodes.rst": platform_page("A node that is drained ends at once.")})
    platform.build()
    # orders itself is not built again: its own check cannot know
    assert company.refresh().checked == 3
    assert "suspect" in {row["state"] for row in _references(company, "orders")}
    assert {"index_copy_outdated"} == set(company.rules()) & {"index_copy_outdated"}


def _digest_of_drain(company: Fleet) -> str:
    company.refresh()
    sections = company.query("SELECT label, digest FROM sections")
    return str(dict(sections)["node-drain"])


def _references(company: Fleet, name: str) -> list[dict[str, str]]:
    sql = (
        "SELECT state, target FROM canonical_references "
        f"WHERE repository = '{name}' AND target LIKE 'platform:%'"
    )
    return [{"state": state, "target": target} for state, target in company.query(sql)]


TORN = {
    "not a bundle": b"<html>404</html>",
    "cut off": None,
    "empty": b"",
}


@pytest.mark.parametrize("kind", TORN)
def test_a_bundle_that_cannot_be_read_keeps_the_last_good_one(company: Fleet, kind: str) -> None:
    company.refresh()
    path = _bundle(company, "orders")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] if TORN[kind] is None else TORN[kind] or b"")
    done = company.refresh("2026-11-24")
    assert [name for name, _ in done.faults] == ["orders"]
    assert "is not a bundle" in done.faults[0][1]
    assert company.served().standing() == "2 of 3 repositories read, 2026-11-24"
    (orders,) = company.rows("repositories", repository="orders")
    assert (orders["state"], orders["last_good"]) == ("unreadable", DAY)
    assert len(company.rows("register", repository="orders")) == 1
    assert company.rules()["repository_unreadable"] == ["orders"]
    path.write_bytes(data)
    assert company.refresh("2026-11-24").faults == ()


def test_a_bundle_that_fails_in_its_check_goes_back_to_the_one_before(company: Fleet) -> None:
    company.refresh()
    path = _bundle(company, "orders")
    shutil.copy(path, good := path.with_name("good.zip"))
    path.write_bytes(repacked(path.read_bytes(), {"opsdocs.json": b'{"format": 99}'}))
    for _ in range(2):  # the second time it is known, and not even read
        done = company.refresh()
        assert done.faults == (
            (
                "orders",
                'its bundle "opsdocs.json" in it has format 99; this version reads format 9',
            ),
        )
        assert len(company.rows("register", repository="orders")) == 1
    shutil.copy(good, path)
    assert company.refresh().faults == ()


def test_a_check_that_takes_too_long_is_ended(company: Fleet) -> None:
    path = _bundle(company, "orders")
    facts = json.loads(contents(path.read_bytes())["opsdocs.json"])
    page = next(each for each in facts["documents"] if each["docname"] == "ops/drain")
    facts["documents"] += [page | {"docname": f"ops/drain-{number}"} for number in range(20_000)]
    path.write_bytes(repacked(path.read_bytes(), {"opsdocs.json": json.dumps(facts).encode()}))
    company.options = "check_timeout = 2"
    done = company.refresh()
    assert done.faults == (("orders", "its check took longer than 2 s"),)
    assert company.served().standing() == f"2 of 3 repositories read, {DAY}"


def test_a_repository_that_is_gone_keeps_what_it_gave(company: Fleet) -> None:
    company.refresh()
    _bundle(company, "billing").unlink()
    done = company.refresh()
    ((name, fault),) = done.faults
    assert name == "billing"
    assert 'opsdocs-bundle.zip"; is its folder that of a built site' in fault
    assert len(company.rows("register", repository="billing")) == 1


def test_a_removed_repository_has_no_rows(company: Fleet) -> None:
    company.refresh()
    del company.members["billing"]
    done = company.refresh()
    assert (done.repositories, done.checked) == (2, 0)
    assert {row["repository"] for row in company.rows("register")} == {"orders"}


def test_another_address_is_another_repository(company: Fleet) -> None:
    company.refresh()
    shutil.move(company.root / "orders", company.root / "elsewhere")
    company.members["orders"].project.outdir = company.root / "elsewhere" / "out"
    done = company.refresh()
    assert done.faults == ()
    assert done.checked == 0  # the same content


def test_a_silent_repository_is_reported(company: Fleet) -> None:
    company.refresh("2027-01-15")
    assert company.rules()["repository_silent"] == ["billing", "orders", "platform"]
    company.options = "silent_after = 0"
    company.refresh("2027-01-15")
    assert "repository_silent" not in company.rules()


def test_history_keeps_days_and_lifetimes(company: Fleet) -> None:
    orders = company.members["orders"]
    orders.project.append("ops/drain.rst", "\nClients also see :canonical:`platform:gone`.\n")
    orders.build()
    company.refresh("2026-11-23")
    orders.write({"ops/drain.rst": _without_last_line(orders.project.srcdir / "ops/drain.rst")})
    orders.build()
    company.refresh("2026-11-25")
    days = [(row["day"], row["errors"]) for row in company.rows("trend")]
    assert days == [("2026-11-23", 1), ("2026-11-25", 0)]
    sql = "SELECT rule, first_day, last_day FROM lifetimes WHERE rule = 'canonical_unresolved'"
    assert company.query(sql) == [("canonical_unresolved", "2026-11-23", "2026-11-25")]


def _without_last_line(path: Path) -> str:
    return path.read_text().rsplit("\nClients also", 1)[0]


CHANGES = {
    "gone": (
        platform_page().replace("node-drain", "another"),
        "unresolved",
        "canonical_unresolved",
    ),
    "deprecated": (
        platform_page().replace("Canonical", "Deprecated"),
        "not live",
        "canonical_not_live",
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_what_is_published_decides_and_not_the_copy(company: Fleet, kind: str) -> None:
    company.refresh()
    assert {row["state"] for row in _references(company, "orders")} == {"found"}
    page, state, rule = CHANGES[kind]
    company.members["platform"].write({"specs/nodes.rst": page})
    company.members["platform"].build()
    company.refresh()
    for name in ("orders", "billing"):
        assert {row["state"] for row in _references(company, name)} == {state}
        sql = f"SELECT DISTINCT rule FROM findings WHERE repository = '{name}' AND rule = '{rule}'"
        assert company.query(sql) == [(rule,)]


def test_a_section_that_moved_is_found_by_the_redirects_of_its_publisher(company: Fleet) -> None:
    platform = company.members["platform"]
    for name in ("orders", "billing"):
        page = next((company.members[name].project.srcdir / "ops").glob("drain.*"))
        page.write_text(page.read_text().replace("node-drain", "specs/nodes#draining"))
        company.members[name].build()
    company.refresh()
    assert {row["state"] for row in _references(company, "orders")} == {"found"}
    platform.project.remove("specs/nodes.rst")
    platform.write(
        {"specs/machines.rst": platform_page(), "redirects": "specs/nodes specs/machines\n"}
    )
    platform.build()
    company.refresh()
    for name in ("orders", "billing"):
        assert {row["state"] for row in _references(company, name)} == {"moved"}


def test_a_slow_expression_of_a_team_costs_nobody_else_anything(company: Fleet) -> None:
    orders = company.members["orders"]
    text = (orders.project.srcdir / "opsdocs.toml").read_text()
    slow = text.replace("API-(?P<number>\\\\d+)", "(?P<number>(a+)+)b").replace(
        "pattern = 'API-(?P<number>\\d+)'", "pattern = '(?P<number>(a|a)+)b'"
    )
    assert slow != text
    page = orders.project.srcdir / "ops/drain.rst"
    page.write_text(page.read_text().replace("API-666", "a" * 60))
    orders.write({"opsdocs.toml": slow})
    orders.build()
    done = company.refresh()
    assert done.faults == ()
    assert len(company.rows("register")) == 2


def test_a_night_in_which_nothing_works_costs_no_rows(
    company: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.refresh()
    with monkeypatch.context() as patch:
        patch.setattr(refresh_module, "check_in_pool", _all_too_slow)
        done = company.refresh("2026-11-24")
    assert [fault for _, fault in done.faults] == ["its check took longer than 1 s"] * 3
    assert company.served().standing() == "0 of 3 repositories read, 2026-11-24"
    assert len(company.rows("register")) == 2
    assert company.rows("repositories")[0]["last_good"] == DAY
    done = company.refresh("2026-11-25")
    assert (done.faults, done.checked) == ((), 3)
    assert [row["day"] for row in company.rows("trend")] == [DAY, "2026-11-24", "2026-11-25"]


def _all_too_slow(
    tasks: Iterable[Task], _state: object, _jobs: int, _timeout: float
) -> Iterator[CheckOutcome]:
    """No check ends: real ones of this size are too fast to be stopped."""
    return (CheckOutcome(task, fault="its check took longer than 1 s") for task in tasks)


def test_a_publisher_whose_bundle_is_lost_harms_no_reader(company: Fleet) -> None:
    company.refresh()
    _bundle(company, "platform").unlink()
    shutil.rmtree(company.folder / "fleet/bundles")
    done = company.refresh("2026-11-24")
    assert [name for name, _ in done.faults] == ["platform"]
    # the copy in their own bundles counts
    assert {row["state"] for row in _references(company, "orders")} == {"found"}
    assert len(company.rows("register")) == 2


def test_after_a_day_without_any_bundle_the_history_goes_on(company: Fleet) -> None:
    for name in ("orders", "billing"):
        del company.members[name]
    company.refresh()
    path = _bundle(company, "platform")
    data = path.read_bytes()
    shutil.rmtree(company.folder / "fleet/bundles")
    path.unlink()
    company.refresh("2026-11-24")
    path.write_bytes(data)
    company.refresh("2026-11-25")
    assert [row["day"] for row in company.rows("trend")] == [DAY, "2026-11-24", "2026-11-25"]


def test_a_page_with_two_owners_is_one_finding_of_the_day(company: Fleet) -> None:
    orders = company.members["orders"]
    page = orders.project.srcdir / "ops/drain.rst"
    text = page.read_text().replace(":owner: team-orders", ":owner: team-orders, team-api")
    page.write_text(f"{text}\nClients also see :canonical:`platform:gone`.\n")
    orders.build()
    company.refresh()
    errors = sum(row["errors"] for row in company.rows("scorecard"))
    assert [row["errors"] for row in company.rows("trend")] == [errors] == [1]


def test_what_two_repositories_claim_leads_to_neither(company: Fleet) -> None:
    path = _bundle(company, "billing")
    manifest = json.loads(contents(path.read_bytes())["manifest.json"])
    manifest["base_url"] = "https://docs.example/platform/"
    path.write_bytes(repacked(path.read_bytes(), {"manifest.json": json.dumps(manifest).encode()}))
    company.refresh()
    # the copy counts, and somebody is told
    assert {row["state"] for row in _references(company, "orders")} == {"found"}
    assert "orders" in company.rules()["index_unpublished"]


def test_bundles_in_one_folder_are_several_repositories(company: Fleet) -> None:
    folder = company.root / "bundles"
    folder.mkdir()
    tables = []
    for name in company.members:
        path = _bundle(company, name)
        manifest = json.loads(contents(path.read_bytes())["manifest.json"]) | {"base_url": ""}
        data = repacked(path.read_bytes(), {"manifest.json": json.dumps(manifest).encode()})
        (folder / f"{name}.zip").write_bytes(data)
        tables.append(f'[repositories.{name}]\naddress = "../bundles/{name}.zip"\n')
    company.options, company.members = "".join(tables), {}
    company.refresh()
    addresses = {row["index_address"] for row in company.rows("repositories")}
    assert len(addresses) == 3
    rows = [row for row in company.rows("matrix") if row["section"].endswith("#rate-limits")]
    assert {row["repositories"] for row in rows} <= {0, 1}


def test_a_copy_is_known_by_its_content_after_its_publisher_changed(company: Fleet) -> None:
    orders, platform = company.members["orders"], company.members["platform"]
    copy = orders.project.srcdir / "platform-index.json.gz"
    shutil.copy(platform.site / "canonical-index.json.gz", copy)
    text = (orders.project.srcdir / "opsdocs.toml").read_text()
    origin = "https://docs.example/platform/canonical-index.json.gz"
    orders.write({"opsdocs.toml": text.replace(origin, "platform-index.json.gz")})
    for member in (orders, platform):  # nothing else tells whose it is
        conf = member.project.srcdir / "conf.py"
        conf.write_text(conf.read_text().replace("html_baseurl", "unused"))
    platform.build()
    shutil.copy(platform.site / "canonical-index.json.gz", copy)
    orders.build()
    company.refresh()
    assert company.rows("impact", section="node-drain", repository="orders")
    platform.write({"specs/nodes.rst": platform_page("Another text.")})
    platform.build()
    company.refresh()
    assert company.rows("impact", section="node-drain", repository="orders")
    assert "orders" in company.rules()["index_copy_outdated"]
