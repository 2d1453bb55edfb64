"""The rules that only show over all repositories: each fires, and only where it has to."""

from __future__ import annotations

from tests.fleet.fleet import SAME_ISSUE, SPEC_TEXT, Fleet, another_page, late_answers


def _written(company: Fleet, name: str, body: str, **header: str) -> None:
    company.members[name].write({"ops/more.rst": another_page(body, **header)})
    company.members[name].build()


def test_a_company_without_faults_has_no_findings(company: Fleet) -> None:
    company.refresh()
    assert company.rules() == {}


def test_recorded_twice(company: Fleet) -> None:
    _written(company, "orders", late_answers("DEV-0031", SAME_ISSUE))
    address = "https://tracker.example/issues/4711?from=board"
    _written(company, "billing", late_answers("DEV-0077", address.partition("?")[0] + "/"))
    company.refresh()
    rows = [row for row in company.rows("findings") if row["rule"] == "deviation_recorded_twice"]
    assert [(row["repository"], row["path"]) for row in rows] == [
        ("billing", "ops/more.rst"),
        ("orders", "ops/more.rst"),
    ]
    assert 'and so does one of "orders"' in rows[0]["message"]


def test_a_resolved_deviation_is_not_recorded_twice(company: Fleet) -> None:
    _written(company, "orders", late_answers("DEV-0031", SAME_ISSUE))
    _written(company, "billing", late_answers("DEV-0077", SAME_ISSUE, "resolved"))
    company.refresh()
    assert company.rules() == {}


def test_one_repository_may_name_an_issue_often(company: Fleet) -> None:
    body = late_answers("DEV-0031", SAME_ISSUE) + late_answers("DEV-0032", SAME_ISSUE)
    _written(company, "orders", body)
    company.refresh()
    assert company.rules() == {}


def test_procedure_in_several_repositories(company: Fleet) -> None:
    for name in ("orders", "billing"):
        _written(company, name, "", alerts="NodeDown")
    company.refresh()
    assert company.rules() == {"procedure_in_several_repositories": ["billing", "orders"]}


def test_pages_for_different_things_are_no_procedure_twice(company: Fleet) -> None:
    _written(company, "orders", "", alerts="NodeDown")
    _written(company, "billing", "", alerts="NodeSlow")
    company.refresh()
    assert company.rules() == {}


def test_owner_unknown_anywhere(company: Fleet) -> None:
    _written(company, "orders", "", owner="team-gone")
    company.refresh()
    assert company.rules() == {"owner_unknown_anywhere": ["orders"]}
    company.options = '[owners.team-gone]\ntitle = "Renamed"\n'
    company.refresh()
    assert company.rules() == {}


def test_the_owner_of_a_repository_is_one_too(company: Fleet) -> None:
    company.details = {"orders": 'owner = "team-oders"\n', "billing": 'owner = "team-orders"\n'}
    company.refresh()
    assert company.rules() == {"owner_unknown_anywhere": ["orders"]}


def test_an_owner_that_another_repository_knows_is_known(company: Fleet) -> None:
    _written(company, "orders", "", owner="team-billing")
    billing = company.members["billing"]
    text = (billing.project.srcdir / "opsdocs.toml").read_text()
    billing.write({"opsdocs.toml": f"{text}\n[owners.team-billing]\n"})
    billing.build()
    company.refresh()
    assert "owner_unknown_anywhere" not in company.rules()


def test_domain_owner_contradicted(company: Fleet) -> None:
    orders = company.members["orders"]
    text = (orders.project.srcdir / "opsdocs.toml").read_text()
    before, _, after = text.rpartition('owner = "team-api"')
    orders.write({"opsdocs.toml": f'{before}owner = "team-orders"{after}'})
    orders.build()
    company.refresh()
    assert company.rules() == {"domain_owner_contradicted": ["orders"]}


def test_index_copy_outdated(company: Fleet) -> None:
    platform = company.members["platform"]
    platform.project.append("specs/nodes.rst", "\nMore.\n")
    platform.build()
    company.refresh()
    assert company.rules() == {"index_copy_outdated": ["billing", "orders"]}
    company.members["orders"].sync(platform)
    company.members["orders"].build()
    company.refresh()
    assert company.rules() == {"index_copy_outdated": ["billing"]}


def test_index_unpublished(company: Fleet) -> None:
    del company.members["platform"]
    company.refresh()
    assert company.rules() == {"index_unpublished": ["billing", "orders"]}
    # the copy in the bundle is what counts then
    assert company.rows("scorecard", repository="orders")[0]["gone"] == 0


def test_copied_from_a_specification_that_is_not_configured(company: Fleet) -> None:
    stranger = company.member("stranger")
    copy = SPEC_TEXT.replace("ninety", "sixty")
    stranger.write({"ops/copy.rst": another_page(f"\nDetails\n-------\n\n{copy}\n")})
    stranger.build()
    company.refresh()
    (row,) = [row for row in company.rows("findings") if row["rule"] == "copied_unconfigured"]
    assert (row["repository"], row["path"]) == ("stranger", "ops/copy.rst")
    assert 'repeats "specs/nodes#draining" of "platform"' in row["message"]


def test_what_is_configured_is_left_to_its_own_check(company: Fleet) -> None:
    _written(company, "orders", f"\nDetails\n-------\n\n{SPEC_TEXT}\n")
    company.refresh()
    assert company.rules() == {}
    sql = "SELECT path FROM findings WHERE rule = 'copied_canonical'"
    assert company.query(sql) == [("ops/more.rst",)]


def test_severities_of_fleet_toml(company: Fleet) -> None:
    _written(company, "orders", "", owner="team-gone")
    company.options = '[rules]\nowner_unknown_anywhere = "info"\n'
    company.refresh()
    assert [row["severity"] for row in company.rows("findings")] == ["info"]
    company.options = '[rules]\nowner_unknown_anywhere = "off"\n'
    company.refresh()
    assert company.rows("findings") == []


def test_an_audience_sees_nothing_of_what_is_restricted(company: Fleet) -> None:
    for name in ("orders", "billing"):
        _written(company, name, late_answers("DEV-0031", SAME_ISSUE))
    company.details = {"billing": 'audience = "finance"\n'}
    company.refresh()
    everything = company.rows("findings")
    assert {row["repository"] for row in everything} == {"orders", "billing"}
    shown = company.served("public")
    for name in ("repositories", "totals", "scorecard", "register", "matrix", "impact", "findings"):
        rows = shown.rows(name)
        assert "billing" not in str(rows.rows), name
    assert shown.standing().startswith("2 of 2 repositories")
    assert shown.rows("findings").rows == []
    to_finance = company.served("finance").rows("findings")
    assert "billing" in str(to_finance.rows)
    totals = {row["audience"]: row["repositories"] for row in company.rows("totals")}
    assert totals == {"": 2, "finance": 1}
