"""Checks of a configuration that its types cannot express, one for each table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from sphinxext_opsdocs.config.did_you_mean import listed, one_of
from sphinxext_opsdocs.config.documents import FIELDS_WITH_DEFAULT
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.network import Tracker
from sphinxext_opsdocs.config.people import find_members
from sphinxext_opsdocs.config.regular_expressions import PatternError, check_pattern
from sphinxext_opsdocs.config.schema import PER_FOLDER, Config, SpecDomain, is_address
from sphinxext_opsdocs.config.url_fault import find_address_fault

__all__ = ["configured_patterns", "find_inconsistencies", "take_slow_patterns"]

KEY = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)
"""Keys that are safe as the first part of a target, and as the name of a folder."""
CLASS_NAME = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
RESERVED_KEYS = ("http", "https", "dependents", "sources.jsonl")
"""Keys that look like the scheme of an address, or that name something in the folder of copies."""
ENVIRONMENT_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
ANY_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PLACEHOLDER = re.compile(r"{([^{}]*)}")
HOST = re.compile(r"[\w.-]+|\[?[0-9A-Fa-f:.]+\]?")
"""A name, or an IP address."""


def find_inconsistencies(config: Config) -> Iterator[str]:
    """Yield every fault as ``key = "value": what is wrong or allowed``."""
    for check in CHECKS:
        yield from check(config)


def _check_governed(config: Config) -> Iterator[str]:
    for glob in config.governed:
        # docnames have no final slash: such a glob would match nothing, without a message
        if glob.endswith("/"):
            yield f'governed = "{glob}": must be a glob over docnames, such as "{glob}**"'


def _check_trackers(config: Config) -> Iterator[str]:
    for key, tracker in config.trackers.items():
        pattern_faults = list(_pattern_faults(f"trackers.{key}.pattern", tracker.pattern))
        yield from pattern_faults or _template_faults(key, tracker)
        yield from _address_faults(f"trackers.{key}.url", tracker.url)
        yield from _address_faults(f"trackers.{key}.api", tracker.api)
        # the value is not shown: it may be the token itself
        if tracker.token and not ENVIRONMENT_VARIABLE.fullmatch(tracker.token):
            yield (
                f"trackers.{key}.token: must be the name of an environment variable, in capitals, "
                "not the token itself"
            )


def _check_domains(config: Config) -> Iterator[str]:
    for key, spec_domain in config.domains.items():
        for kind, file in spec_domain.files():
            yield from _file_faults(f"domains.{key}.{kind}", file)
        yield from _spec_domain_faults(key, spec_domain, config)
        if not KEY.fullmatch(key) or key in RESERVED_KEYS:
            reserved = ", ".join(RESERVED_KEYS)
            yield f"{_key_fault('domains', key)}, and must not be one of {reserved}"


def _spec_domain_faults(key: str, spec_domain: SpecDomain, config: Config) -> Iterator[str]:
    yield from _address_faults(f"domains.{key}.base_url", spec_domain.base_url)
    tracker = spec_domain.tracker
    if tracker and tracker not in config.trackers:
        choice = "none is configured"
        if config.trackers:
            choice = f"allowed: {listed(config.trackers)}"
        yield f'domains.{key}.tracker = "{tracker}": must be the key of a tracker; {choice}'


def _check_classes(config: Config) -> Iterator[str]:
    for key, settings in config.classes.items():
        yield from _pattern_faults(f"classes.{key}.file_pattern", settings.file_pattern)
        yield from _pattern_faults(f"classes.{key}.title_pattern", settings.title_pattern)
        if not CLASS_NAME.fullmatch(key):
            yield f'classes."{key}": the key must be lower-case words with hyphens between them'
        for status, roles in (settings.approvals or {}).items():
            yield from _approval_faults(f"classes.{key}.approvals", status, roles, config)


def _approval_faults(key: str, status: str, roles: Iterable[str], config: Config) -> Iterator[str]:
    if status not in tuple(Lifecycle):
        yield f'{key} = "{status}": must be {one_of(Lifecycle)}'
    for role in roles:
        # otherwise nobody could ever approve
        if not find_members(config.owners, role):
            yield f'{key}.{status} = "{role}": must be a role of an owner with members'


def _check_header(config: Config) -> Iterator[str]:
    named: dict[str, str] = {}
    for name, aliases in config.header.aliases.items():
        for alias in map(str.lower, aliases):
            other = named.setdefault(alias, name)
            if other != name:
                yield f'header.aliases.{name} = "{alias}": is the name of {other} already'
    for name, text in config.header.defaults.items():
        if name not in FIELDS_WITH_DEFAULT:
            allowed = ", ".join(FIELDS_WITH_DEFAULT)
            yield f"header.defaults.{name}: only {allowed} can have a default"
        elif name == "status":
            try:
                Lifecycle.parse(text)
            except ValueError as error:
                yield f'header.defaults.status = "{text}": {error}'


def _check_deviations(config: Config) -> Iterator[str]:
    yield from _pattern_faults("deviations.id_pattern", config.deviations.id_pattern)
    if not config.deviations.age_limits:
        yield "deviations.age_limits = {}: must contain at least one severity with its days"


def _check_review(config: Config) -> Iterator[str]:
    for name in config.review.environment:
        if not ANY_VARIABLE.fullmatch(name):
            yield f'review.environment = "{name}": must be the name of an environment variable'


def _check_remind(config: Config) -> Iterator[str]:
    key = config.remind.tracker
    if key and key not in config.trackers:
        choice = f"allowed: {listed(config.trackers)}" if config.trackers else "none is configured"
        yield f'remind.tracker = "{key}": must be the key of a tracker; {choice}'


def _check_sync(config: Config) -> Iterator[str]:
    folder = PurePosixPath(config.sync.folder)
    # sync writes and deletes files in this folder
    if folder.is_absolute() or ".." in folder.parts or folder == PurePosixPath():
        yield f'sync.folder = "{config.sync.folder}": must be a folder below that of conf.py'
    for host in config.sync.allow_redirects_to:
        if not HOST.fullmatch(host):
            yield f'sync.allow_redirects_to = "{host}": must be a host, without scheme and port'
    for host in config.sync.credentials:
        if not HOST.fullmatch(host):
            yield f'sync.credentials."{host}": the key must be a host, without scheme and port'


def _check_dependents(config: Config) -> Iterator[str]:
    for key, dependent in config.dependents.items():
        yield from _file_faults(f"dependents.{key}.facts", dependent.facts)
        yield from _address_faults(f"dependents.{key}.base_url", dependent.base_url)
        if not KEY.fullmatch(key):
            yield _key_fault("dependents", key)


def _check_alerts(config: Config) -> Iterator[str]:
    for key, remote in config.alerts.remote.items():
        for file in remote.files:
            yield from _file_faults(f"alerts.remote.{key}.files", file)
        if not KEY.fullmatch(key):
            yield _key_fault("alerts.remote", key)


def _check_rules(config: Config) -> Iterator[str]:
    for key, value in config.rules.items():
        is_table = isinstance(value, dict)
        if key == PER_FOLDER and not is_table:
            yield f'rules.{PER_FOLDER} = "{value}": must be a table of docname globs'
        if key != PER_FOLDER and is_table:
            yield f"rules.{key}: must be a severity, not a table"


CHECKS: tuple[Callable[[Config], Iterator[str]], ...] = (
    _check_governed,
    _check_trackers,
    _check_domains,
    _check_classes,
    _check_header,
    _check_deviations,
    _check_review,
    _check_remind,
    _check_sync,
    _check_dependents,
    _check_alerts,
    _check_rules,
)


def configured_patterns(config: Config) -> Iterator[tuple[str, str]]:
    """Yield key and value of each regular expression, and of each address that is matched."""
    for key, tracker in config.trackers.items():
        yield f"trackers.{key}.pattern", tracker.pattern
        yield f"trackers.{key}.url", tracker.url
    for key, settings in config.classes.items():
        yield f"classes.{key}.file_pattern", settings.file_pattern or ""
        yield f"classes.{key}.title_pattern", settings.title_pattern or ""
    yield "deviations.id_pattern", config.deviations.id_pattern


def take_slow_patterns(config: Config) -> Iterator[str]:
    """Yield a message with its key for each text that took too long, once."""
    for match in config.patterns.take_slow():
        keys = [key for key, value in configured_patterns(config) if value == match.pattern]
        yield f"{' and '.join(keys)} = {match.message}"


def _pattern_faults(key: str, pattern: str | None) -> Iterator[str]:
    if not pattern:
        return
    try:
        check_pattern(pattern)
    except PatternError as error:
        yield f'{key} = "{pattern}": must be a regular expression: {error}'


def _template_faults(key: str, tracker: Tracker) -> Iterator[str]:
    """Yield what is wrong with the placeholders of an issue's address."""
    prefix = f'trackers.{key}.url = "{tracker.url}"'
    if re.search(r"[{}]", PLACEHOLDER.sub("", tracker.url)):
        yield f"{prefix}: contains a brace without its counterpart"
    names = {"id", *re.compile(tracker.pattern).groupindex}
    for name in PLACEHOLDER.findall(tracker.url):
        if name not in names:
            allowed = ", ".join(f"{{{each}}}" for each in sorted(names))
            yield f'{prefix}: unknown placeholder "{{{name}}}"; allowed: {allowed}'


def _address_faults(key: str, address: str) -> Iterator[str]:
    """Yield what is wrong with an address; it is not shown with a fault that may be a password."""
    if fault := find_address_fault(address):
        yield f"{key}: {fault}"
    elif address and not (is_address(address) and _has_host(address) and _has_port(address)):
        yield f'{key} = "{address}": must be an http or https address'


def _file_faults(key: str, file: str) -> Iterator[str]:
    """Yield what is wrong with the name of another project's file."""
    if "://" in file and (fault := find_address_fault(file)):
        yield f"{key}: {fault}"
    elif not file or ("://" in file and not (is_address(file) and _has_host(file))):
        yield f'{key} = "{file}": must be a file, or an http or https address'


def _key_fault(table: str, key: str) -> str:
    return f'{table}.{key}: the key must match "[A-Za-z][A-Za-z0-9_.-]*"'


def _has_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:  # brackets that do not contain an IPv6 address
        return False


def _has_port(address: str) -> bool:
    """Whether the port is missing or valid."""
    try:
        return urlsplit(address).port != 0
    except ValueError:  # no number, or over 65535
        return False
