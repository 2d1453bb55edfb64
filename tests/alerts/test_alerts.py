"""Alert rules of Prometheus, Alertmanager and Grafana, against the pages that they lead to."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

import pytest

from sphinxext_opsdocs.alerts.alert import Alert, fill_template, find_template
from sphinxext_opsdocs.alerts.kept_alerts import KeptAlerts
from sphinxext_opsdocs.alerts.rule_files import read_alerts
from sphinxext_opsdocs.config.alerts import AlertKind
from sphinxext_opsdocs.facts.model import Place, Value
from sphinxext_opsdocs.findings.finding import Finding
from sphinxext_opsdocs.storage import UnreadableError
from tests.commands import run
from tests.project import CONFIG, HEADER, SPEC_PAGE, Build, Project, md_page, rst_page

PAGES = {"rst": rst_page, "md": md_page}
NAMES = ("runbook_url", "runbook")
BASE = "https://docs.example/"
RULES = ("alert_without_runbook", "runbook_url_dead", "playbook_without_alert", "alert_ambiguous")
PLAIN = """\
groups:
- name: gateway
  rules:
  - record: job:rate
    expr: sum(rate(x[5m]))
  - alert: GatewayDown
    expr: up == 0
    labels: {severity: critical}
    annotations:
      summary: it is down
      runbook_url: https://docs.example/ops/page.html
  - alert: GatewaySlow
    annotations:
      runbook: https://docs.example/ops/page.html#meaning
"""
OPERATOR = """\
# two documents, as an operator reads them
apiVersion: v1
kind: ConfigMap
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
spec:
  groups:
  - rules:
    - &down
      alert: GatewayDown
      annotations: &annotations
        runbook_url: https://docs.example/ops/page.html
    - <<: *down
      alert: GatewayGone
    - alert: GatewayLost
      annotations:
        <<: *annotations
        summary: lost
"""
GRAFANA = {
    "apiVersion": 1,
    "groups": [
        {"name": "g", "rules": [{"title": "Gateway down", "annotations": {"runbook_url": BASE}}]}
    ],
}
ALERTMANAGER = """\
receivers:
- name: chat
  slack_configs:
  - title_link: https://docs.example/ops/gone.html
    text: "see https://docs.example/ops/gone.html"
"""
OTHER = """\
  - alert: GatewayElsewhere
    annotations:
      runbook_url: https://other.example/x
"""
RECORD = (
    ".. observed-deviation:: T\n   :id: A-1\n   :spec: api:rate-limits\n   :issue: API-1\n"
    "   :observed: 2026-11-01\n   :severity: minor\n   :state: open\n"
)


def named(text: str, kind: str = "prometheus") -> dict[str, tuple[str, int]]:
    """Address and line of each alert of a file."""
    alerts = read_alerts(text, "rules.yml", kind, NAMES)  # type: ignore[arg-type]
    return {
        alert.name: (alert.address.text, alert.address.place.line) if alert.address else ("", 0)
        for alert in alerts
    }


def test_plain_rules() -> None:
    assert named(PLAIN) == {
        "GatewayDown": ("https://docs.example/ops/page.html", 11),
        "GatewaySlow": ("https://docs.example/ops/page.html#meaning", 14),
    }


def test_documents_merge_keys_and_rules_of_an_operator() -> None:
    page = "https://docs.example/ops/page.html"
    assert named(OPERATOR) == {
        "GatewayDown": (page, 13),
        "GatewayGone": (page, 13),
        "GatewayLost": (page, 13),
    }


@pytest.mark.parametrize("text", [json.dumps(GRAFANA), json.dumps(GRAFANA, indent=2)])
def test_rules_of_grafana_in_json(text: str) -> None:
    assert named(text, "grafana")["Gateway down"][0] == BASE


def test_addresses_of_alertmanager() -> None:
    assert named(ALERTMANAGER, "alertmanager") == {"": ("https://docs.example/ops/gone.html", 4)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("groups:\n{{- range .Values.rules }}\n- rules: []\n{{- end }}\n", "template of Helm"),
        ("groups: [", "line"),
        ("groups: &a {<<: *a}\n", ""),
        ("&a\nitems: [*a]\n", ""),
    ],
)
def test_file_that_is_no_yaml_is_named_with_its_line(text: str, message: str) -> None:
    if message:
        with pytest.raises(UnreadableError, match=message):
            named(text)
    else:
        assert named(text) == {}


@pytest.mark.parametrize(
    ("address", "filled", "left"),
    [
        ("https://x/{{ $labels.alertname }}", "https://x/GatewayDown", ""),
        ("https://x/{{.CommonLabels.alertname}}", "https://x/GatewayDown", ""),
        ("https://x/{{ $labels.job }}", "https://x/{{ $labels.job }}", "{{ $labels.job }}"),
        ("https://x/%s", "https://x/%s", "%s"),
        ("https://x/a%20b%D0%B0", "https://x/a%20b%D0%B0", ""),
    ],
)
def test_templates_are_filled_in_or_named(address: str, filled: str, left: str) -> None:
    place = Place("r.yml", 1)
    alert = Alert("GatewayDown", place, Value(address, place))
    assert fill_template(alert) == filled
    assert find_template(filled) == left


def test_merged_mappings_are_read_once_each() -> None:
    merged = "".join(f"- &a{i} {{<<: [*a{i - 1}, *a{i - 1}], k{i}: 1}}\n" for i in range(1, 60))
    text = f"- &a0 {{alert: Here}}\n{merged}"
    rules = f"{text}- groups: [{{rules: [{{<<: *a59, runbook: x}}, *a3, {{<<: *a0, alert: Y}}]}}]\n"
    alerts = read_alerts(f"items:\n{rules}", "rules.yml", "prometheus", NAMES)
    assert [alert.name for alert in alerts] == ["Here", "Here", "Y"]


def written(project: Project, rules: str = PLAIN, suffix: str = "rst", **fields: str) -> Project:
    header: Mapping[str, str] = {**HEADER, "alerts": "GatewayDown, GatewaySlow", **fields}
    body = {
        "rst": "Meaning\n-------\n\nText.\n",
        "md": "## Meaning\n\nText.\n",
    }[suffix]
    project.write(
        {
            "rules/gateway.yml": rules,
            f"ops/page.{suffix}": PAGES[suffix](body, header=header),
            "specs/api/limits.rst": SPEC_PAGE,
            "opsdocs.toml": f'{CONFIG}\n[alerts]\nfiles = ["rules/*.yml"]\n',
        }
    )
    return project


def found(build: Build) -> list[Finding]:
    return [finding for finding in build.findings if finding.rule in RULES]


@pytest.mark.parametrize("suffix", PAGES)
def test_sound_alerts_have_no_findings(project: Project, suffix: str) -> None:
    build = written(project, suffix=suffix).build("dummy", html_baseurl=BASE)
    assert found(build) == []
    assert build.of("input_unreadable") == []


@pytest.mark.parametrize("suffix", PAGES)
def test_faults_are_placed_in_the_rule_file(project: Project, suffix: str) -> None:
    rules = PLAIN.replace("page.html\n", "pages.html\n").replace("#meaning", "#impact")
    rules += "  - alert: GatewayIdle\n"
    build = written(project, rules, suffix).build("dummy", html_baseurl=BASE)
    assert [(f.rule, f.place.path, f.place.line) for f in found(build)] == [
        ("runbook_url_dead", "rules/gateway.yml", 11),
        ("runbook_url_dead", "rules/gateway.yml", 14),
        ("alert_without_runbook", "rules/gateway.yml", 15),
    ]
    assert '"ops/page"' in found(build)[0].message  # what was meant


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("ops/old/Page.html", '; did you mean "ops/page"?'),
        ("ops/pge.html", '; did you mean "ops/page"?'),
        ("ops/package.html", ""),
    ],
)
def test_page_that_was_perhaps_meant(project: Project, address: str, hint: str) -> None:
    build = written(project, PLAIN.replace("ops/page.html\n", f"{address}\n")).build(
        "dummy", html_baseurl=BASE
    )
    (finding,) = build.of("runbook_url_dead")
    assert finding.message == f'no page is published at "{BASE}{address}"{hint}'


def test_page_that_names_an_unknown_alert(project: Project) -> None:
    build = written(project, alerts="GatewayDown, GatewaySlwo").build("dummy", html_baseurl=BASE)
    (finding,) = found(build)
    assert finding.rule == "playbook_without_alert"
    assert "GatewaySlow" in finding.message


@pytest.mark.parametrize("status", ["Draft", "Archived"])
def test_runbook_that_is_not_to_be_followed(project: Project, status: str) -> None:
    build = written(project, status=status).build("dummy", html_baseurl=BASE)
    assert {f.rule for f in found(build)} == {"runbook_url_dead"}
    assert status in found(build)[0].message


def test_moved_page_is_to_be_written_out(project: Project) -> None:
    rules = PLAIN.replace("ops/page.html", "ops/former.html")
    written(project, rules).write({"redirects": "ops/former ops/page\n"})
    build = project.build("dummy", html_baseurl=BASE)
    first, second = build.of("runbook_url_dead")
    assert first.fix
    assert first.fix.new == "https://docs.example/ops/page.html"
    assert second.fix
    assert second.fix.new == "https://docs.example/ops/page.html#meaning"


def test_one_alert_that_leads_to_two_pages(project: Project) -> None:
    rules = PLAIN.replace("GatewaySlow", "GatewayDown").replace(
        "ops/page.html#meaning", "specs/api/limits.html"
    )
    written(project, rules, alerts="GatewayDown")
    (finding,) = project.build("dummy", html_baseurl=BASE).of("alert_ambiguous")
    assert (finding.place.line, len(finding.related)) == (14, 1)


def test_addresses_elsewhere_and_templates_are_left_alone(project: Project) -> None:
    rules = PLAIN.replace("https://docs.example/ops/page.html\n", "https://other.example/x\n")
    rules = rules.replace("ops/page.html#meaning", "ops/{{ $labels.job }}.html")
    build = written(project, rules).build("dummy", html_baseurl=BASE)
    (note,) = found(build)
    assert (note.rule, note.severity) == ("runbook_url_dead", "info")


def test_other_bases_and_folders_of_pages(project: Project) -> None:
    rules = PLAIN.replace(BASE, "HTTPS://Wiki.Example/").replace("page.html\n", "page/\n")
    written(project, rules)
    project.append("opsdocs.toml", 'base_urls = ["https://wiki.example"]\n')
    assert found(project.build("dummy")) == []


def test_unreadable_file_and_glob_without_a_file_are_named(project: Project) -> None:
    written(project).write({"rules/broken.yml": "groups: [\n"})
    project.append("opsdocs.toml", 'grafana = ["grafana/*.json"]\n')
    messages = [f.message for f in project.build("dummy").of("input_unreadable")]
    assert any("rules/broken.yml" in message for message in messages)
    assert any("grafana/*.json" in message for message in messages)
    # the other file is read all the same
    assert project.build("dummy").of("playbook_without_alert") == []


def test_warm_check_sees_a_changed_rule_file(project: Project) -> None:
    written(project)
    assert "gateway.yml" not in run("check", project.srcdir, "-D", f"html_baseurl={BASE}").stdout
    project.write({"rules/gateway.yml": PLAIN.replace("page.html\n", "gone.html\n")})
    result = run("check", project.srcdir, "-D", f"html_baseurl={BASE}")
    assert result.exit_code == 1
    assert "rules/gateway.yml:11" in result.stdout
    project.remove("rules/gateway.yml")
    assert "matches no file" in run("check", project.srcdir).stdout


def test_fix_writes_the_address_and_no_other_byte(project: Project) -> None:
    rules = PLAIN.replace("ops/page.html", "ops/former.html").replace("\n", "\r\n")
    written(project).write({"redirects": "ops/former ops/page\n"})
    path = project.srcdir / "rules/gateway.yml"
    path.write_bytes(rules.encode())
    base = ("-D", f"html_baseurl={BASE}")
    result = run("fix", project.srcdir, *base)
    assert "+      runbook_url: https://docs.example/ops/page.html" in result.stdout
    assert path.read_bytes() == rules.encode()
    assert "2 corrections" in run("fix", project.srcdir, *base, "--write").stderr
    assert path.read_bytes() == rules.replace("former", "page").encode()
    assert "nothing to correct" in run("fix", project.srcdir, *base).stderr


def test_fix_leaves_what_it_cannot_write_safely(project: Project) -> None:
    escaped = '"https://docs.example/ops/for\\u006Der.html"\n'
    rules = PLAIN.replace("https://docs.example/ops/page.html\n", escaped)
    written(project, rules).write({"redirects": "ops/former ops/page\n"})
    result = run("fix", project.srcdir, "-D", f"html_baseurl={BASE}", "--write")
    assert "not corrected: rules/gateway.yml:11 does not have" in result.stderr
    assert (project.srcdir / "rules/gateway.yml").read_text() == rules


def test_fix_leaves_files_of_other_repositories(project: Project) -> None:
    written(project).write(
        {
            "redirects": "ops/former ops/page\n",
            ".git": "",
            "../rules/gateway.yml": PLAIN.replace("ops/page.html", "ops/former.html"),
            "opsdocs.toml": f'{CONFIG}\n[alerts]\nfiles = ["../rules/*.yml"]\n',
        }
    )
    result = run("fix", project.srcdir, "-D", f"html_baseurl={BASE}", "--write")
    assert "rules/gateway.yml belongs to another repository" in result.stderr
    assert "former" in (project.srcdir / "../rules/gateway.yml").read_text()


def test_index_for_the_person_on_call(project: Project) -> None:
    rules = PLAIN + "  - alert: GatewayIdle\n" + OTHER
    written(project, rules, alerts="GatewayDown, GatewayWarm", service="gateway").write(
        {"reports/on-call.rst": "On call\n=======\n\n.. on-call-index::\n"}
    )
    project.append("ops/page.rst", f"\n{RECORD}")
    build = project.build("html", html_baseurl=BASE)
    rows = json.loads(on_call_report(project))
    assert [(row["Alert"], row["Page"], row["Known to be off"], row["mark"]) for row in rows] == [
        ("GatewayDown", "ops/page", "A-1", ""),
        ("GatewayElsewhere", "https://other.example/x", "", ""),
        ("GatewayIdle", "", "", "hole"),
        ("GatewaySlow", "ops/page#meaning", "A-1", ""),
        ("GatewayWarm", "ops/page", "A-1", ""),
    ]
    assert rows[0]["Contact"] == "#orders-oncall"
    assert rows[3]["Address"] == "https://docs.example/ops/page.html#meaning"
    assert rows[1]["Address"] == "https://other.example/x"
    assert json.loads(on_call_report(project, "alert=GatewayIdle,GatewayWarm", "service=gateway"))
    html = build.text("reports/on-call.html")
    assert 'href="../ops/page.html#meaning"' in html
    assert 'href="../ops/page.html#A-1"' in html
    assert "nothing known" in html  # the row of the alert without a page

    project.write({"rules/gateway.yml": PLAIN})  # the page follows the file of rules
    assert "GatewayIdle" not in project.build("html", html_baseurl=BASE).text(
        "reports/on-call.html"
    )


def on_call_report(project: Project, *filters: str) -> str:
    words = [word for text in filters for word in ("--filter", text)]
    base = ("-D", f"html_baseurl={BASE}")
    return run("report", "on-call", project.srcdir, "-f", "json", *base, *words).stdout


@pytest.mark.parametrize("suffix", PAGES)
@pytest.mark.parametrize("builder", ["text", "latex", "man", "epub"])
def test_index_in_other_builders(project: Project, suffix: str, builder: str) -> None:
    directive = {"rst": ".. on-call-index::\n", "md": "```{on-call-index}\n```\n"}[suffix]
    written(project, suffix=suffix).write(
        {f"reports/on-call.{suffix}": PAGES[suffix](directive, "On call", None)}
    )
    build = project.build(builder)
    assert "on-call" not in build.warnings
    if builder == "text":
        assert "GatewaySlow" in build.text("reports/on-call.txt")


def test_page_without_a_header_is_known_by_its_address(project: Project) -> None:
    written(project).write({"ops/page.rst": "Page\n====\n\nMeaning\n-------\n\nText.\n"})
    rows = json.loads(on_call_report(project))
    assert [(row["Alert"], row["Page"], row["mark"]) for row in rows] == [
        ("GatewayDown", f"{BASE}ops/page.html", ""),
        ("GatewaySlow", f"{BASE}ops/page.html#meaning", ""),
    ]


def test_archived_page_answers_no_alert(project: Project) -> None:
    written(project, alerts="GatewayDown", status="Archived", **{"retired-because": "gone"})
    rows = json.loads(on_call_report(project))
    assert {row["Page"] for row in rows} == {""}


def test_command_says_what_to_open(project: Project) -> None:
    written(project, alerts="GatewayDown", service="gateway")
    project.append("ops/page.rst", f"\n{RECORD}")
    source = ("-s", project.srcdir, "-D", f"html_baseurl={BASE}")
    down = run("on-call", "gatewaydown", *source).stdout
    assert "https://docs.example/ops/page.html\n" in down
    assert "Canonical; reviewed 2026-11-02; Orders team, #orders-oncall" in down
    assert "off   A-1 (minor) T" in down
    both = run("on-call", "Gateway", *source).stdout
    assert both.index("GatewayDown") < both.index("page.html#meaning")
    unknown = run("on-call", "GatewayDwn", *source)
    assert (unknown.exit_code, 'did you mean "GatewayDown"' in unknown.stderr) == (2, True)


def test_command_answers_beside_a_page_that_cannot_be_read(project: Project) -> None:
    written(project).write({"ops/broken.rst": "\x00"})
    project.srcdir.joinpath("ops/broken.rst").write_bytes(b"\xff\xfe\xfa")
    result = run("on-call", "GatewayDown", "-s", project.srcdir)
    assert (result.exit_code, "ops/page.rst" in result.stdout) == (0, True)
    assert "ops/broken.rst" in result.stderr


def test_addresses_for_a_repository_of_rules(project: Project) -> None:
    project.append("conf.py", 'html_baseurl = "https://docs.example/"\n')
    named_alerts = {"alerts": "GatewayDown, GatewaySlow", "service": "gateway"}
    archived = {"alerts": "GatewayOld", "status": "Archived"}
    project.write(
        {
            "ops/page.rst": rst_page("Stop it.", "Gateway", HEADER | named_alerts),
            "ops/old.md": md_page("Stop it.", "Old", HEADER | archived),
            "reports.rst": rst_page(".. alert-addresses::", "Addresses", None),
        }
    )
    assert "https://docs.example/ops/page.html" in project.build("html").text("reports.html")
    result = run("report", "alerts", project.srcdir, "--format", "json")
    rows = [(row["Alert"], row["Address"], row["Status"]) for row in json.loads(result.stdout)]
    page = "https://docs.example/ops/page.html"
    assert rows == [("GatewayDown", page, "Canonical"), ("GatewaySlow", page, "Canonical")]


def test_alert_of_a_page_that_moved_to_another_documentation(project: Project) -> None:
    written(project, PLAIN.replace("ops/page.html", "ops/moved.html"))
    project.write({"redirects": "ops/moved https://other.example/gateway\n"})
    project.append("conf.py", f'html_baseurl = "{BASE}"\n')
    result = run("on-call", "GatewayDown", "-s", project.srcdir)
    assert "open  https://other.example/gateway" in result.output


def test_unchanged_file_is_not_parsed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptAlerts()
    alerts = kept.read(PLAIN.encode(), "rules.yml", "prometheus", NAMES)
    again = KeptAlerts(kept.encode())
    with monkeypatch.context() as patch:
        # None in the place of a module makes its import fail
        patch.setitem(sys.modules, "sphinxext_opsdocs.alerts.rule_files", None)
        assert again.read(PLAIN.encode(), "rules.yml", "prometheus", NAMES) == alerts
        with pytest.raises(ImportError):
            again.read(PLAIN.encode(), "rules.yml", "prometheus", ["link"])
    other = again.read(PLAIN.encode(), "rules.yml", "prometheus", ["link"])
    assert [alert.address for alert in other] == [None, None]
    # a file that is gone is kept no longer
    assert KeptAlerts(KeptAlerts(kept.encode()).encode()).encode() == b""


@pytest.mark.parametrize("suffix", PAGES)
def test_rules_may_send_to_the_source_of_a_page(project: Project, suffix: str) -> None:
    base = "https://git.example/ops/docs/blob/main/docs/"
    rules = PLAIN.replace(f"{BASE}ops/page.html", f"{base}ops/page.{suffix}")
    written(project, rules, suffix)
    project.append("opsdocs.toml", f'base_urls = ["{base}"]\n')
    assert found(project.build("dummy")) == []
    project.write({"rules/gateway.yml": rules.replace(f"page.{suffix}#meaning", f"gone.{suffix}")})
    assert [finding.rule for finding in found(project.build("dummy"))] == ["runbook_url_dead"]


def test_file_of_two_kinds_is_read_as_both(project: Project) -> None:
    written(project)
    rules = json.dumps(GRAFANA).replace(f'"{BASE}"', f'"{BASE}ops/gone.html"')
    project.write({"rules/grafana.yml": rules})
    project.append("opsdocs.toml", 'grafana = ["rules/grafana.yml"]\n')
    (finding,) = project.build("dummy", html_baseurl=BASE).of("runbook_url_dead")
    assert finding.place.path == "rules/grafana.yml"


def test_kept_alerts_that_are_cut_off_are_read_again() -> None:
    kept = KeptAlerts()
    alerts = kept.read(PLAIN.encode(), "rules.yml", "prometheus", NAMES)
    torn = KeptAlerts(kept.encode()[:-3])
    assert torn.read(PLAIN.encode(), "rules.yml", "prometheus", NAMES) == alerts


def test_addresses_that_cannot_be_checked_are_a_note(project: Project) -> None:
    (note,) = written(project).build("dummy").of("runbook_url_dead")
    assert (note.severity, note.place.path) == ("info", "opsdocs.toml")
    assert "no address of 2 alerts is checked" in note.message
    assert not project.build("dummy", html_baseurl=BASE).of("runbook_url_dead")


@pytest.mark.parametrize("kind", ["prometheus", "alertmanager", "grafana"])
@pytest.mark.parametrize("text", ["<html><body>Sign in</body></html>", "just text"])
def test_text_is_not_a_file_without_alerts(kind: AlertKind, text: str) -> None:
    with pytest.raises(UnreadableError, match="is plain text; expected"):
        read_alerts(text, "rules.yml", kind, ("runbook_url",))
    for sound in ("# nothing yet\n", "---\n# nothing yet\n", "{}\n", "rule_files: [a.yml]\n"):
        assert read_alerts(sound, "rules.yml", kind, ("runbook_url",)) == ()
