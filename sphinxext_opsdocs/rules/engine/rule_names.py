"""Names of rules in a configuration. Apart from the schema, which cannot import the rules."""

from typing import Any, get_args

from sphinxext_opsdocs.config.parser import ConfigurationError
from sphinxext_opsdocs.config.schema import PER_FOLDER, Config, Severity
from sphinxext_opsdocs.rules import RULES_BY_NAME

__all__ = ["refuse_unknown_rules", "with_rule_names"]


def refuse_unknown_rules(config: Config) -> None:
    """Raise ConfigurationError when a severity is set for a rule that does not exist."""
    keys = {f"rules.{name}": name for name, value in config.rules.items() if isinstance(value, str)}
    for glob, rules in config.folder_rules().items():
        keys |= {f'rules.per-folder."{glob}".{name}': name for name in rules}
    faults = [
        f"{key}: no such rule; allowed: {', '.join(RULES_BY_NAME)}"
        for key, name in keys.items()
        if name not in RULES_BY_NAME
    ]
    if faults:
        raise ConfigurationError("\n".join(faults))


def with_rule_names(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of opsdocs.toml with the names of rules, which editors complete."""
    severities = {"enum": [*get_args(Severity)]}
    properties: dict[str, Any] = {
        name: {**severities, "description": rule.summary, "default": rule.severity}
        for name, rule in RULES_BY_NAME.items()
    }
    of_folder = {"type": "object", "properties": properties, "additionalProperties": False}
    table = schema["$defs"][Config.__name__]["properties"]["rules"]
    per_folder = {"type": "object", "additionalProperties": of_folder}
    table |= of_folder | {"properties": properties | {PER_FOLDER: per_folder}}
    return schema
