"""Alert rules of Prometheus, Alertmanager and Grafana, against the pages that they lead to."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from sphinxext_opsdocs.alerts.alert import Alert, fill_template, find_template
from sphinxext_opsdocs.alerts.rule_files import read_alerts
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
        ("a: &a {<<: *a}\n", ""),
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
