"""How a rule is declared, and how all of them are run."""
