"""The command line ``opsdocs``. Importing it, and asking for help, loads no Sphinx."""

from __future__ import annotations

import gc

import click

from sphinxext_opsdocs.cli._options import color_option
from sphinxext_opsdocs.cli.accept import accept
from sphinxext_opsdocs.cli.adopt import adopt
from sphinxext_opsdocs.cli.baseline import baseline
from sphinxext_opsdocs.cli.bundle import bundle
from sphinxext_opsdocs.cli.change import change
from sphinxext_opsdocs.cli.check import check
from sphinxext_opsdocs.cli.completions import completions
from sphinxext_opsdocs.cli.deviations import deviations
from sphinxext_opsdocs.cli.explain import explain
from sphinxext_opsdocs.cli.fix import fix
from sphinxext_opsdocs.cli.fleet import fleet
from sphinxext_opsdocs.cli.impact import impact
from sphinxext_opsdocs.cli.index import index
from sphinxext_opsdocs.cli.init import init
from sphinxext_opsdocs.cli.issues import issues
from sphinxext_opsdocs.cli.merge import merge
from sphinxext_opsdocs.cli.metrics import metrics
from sphinxext_opsdocs.cli.new import new
from sphinxext_opsdocs.cli.on_call import on_call
from sphinxext_opsdocs.cli.remind import remind
from sphinxext_opsdocs.cli.report import report
from sphinxext_opsdocs.cli.review import review
from sphinxext_opsdocs.cli.reviewed import reviewed
from sphinxext_opsdocs.cli.rules import rules
from sphinxext_opsdocs.cli.schema import schema
from sphinxext_opsdocs.cli.sync import sync
from sphinxext_opsdocs.cli.verified import verified
from sphinxext_opsdocs.version import __version__

__all__ = ["main"]

GC_THRESHOLD = 200_000
"""New objects between two searches for reference cycles."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@color_option
@click.version_option(__version__, prog_name="opsdocs")
def main() -> None:
    """Keep operational documentation honest about the specifications it depends on.

    Exit status: 0 clean, 1 findings, 2 wrong use or unreadable input, 3 the Sphinx build failed.
    """
    # facts are many and contain no cycles: the searches would take time and free nothing
    gc.set_threshold(GC_THRESHOLD)


COMMANDS = (
    accept,
    adopt,
    baseline,
    bundle,
    change,
    check,
    completions,
    deviations,
    explain,
    fix,
    fleet,
    impact,
    index,
    init,
    issues,
    merge,
    metrics,
    new,
    on_call,
    remind,
    report,
    review,
    reviewed,
    rules,
    schema,
    sync,
    verified,
)
for command in COMMANDS:
    main.add_command(command)
