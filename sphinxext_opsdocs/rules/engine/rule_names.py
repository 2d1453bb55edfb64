"""Names of rules in a configuration. Apart from the schema, which cannot import the rules."""

from sphinxext_opsdocs.config.parser import ConfigurationError
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.rules import RULES_BY_NAME

__all__ = ["refuse_unknown_rules"]


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
