"""``python -m sphinxext_opsdocs`` is the command line ``opsdocs``."""

from sphinxext_opsdocs.cli import main

main(prog_name="opsdocs")
