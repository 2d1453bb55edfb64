"""The Sphinx wiring: configuration, domain, events, pages and the sphinx-needs projection."""
