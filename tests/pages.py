"""Pages that several tests build, in both syntaxes."""

from tests.project import RUNBOOK_SECTIONS_RST, SPEC_PAGE, md_page, rst_page

DEVIATION_RST = """
.. observed-deviation:: Throttled clients get 503
   :id: DEV-0007
   :spec: api:rate-limits
   :issue: API-1234
   :observed: 2026-10-30
   :severity: major
   :state: open

   During a drain the gateway answered 503:

   - on eu-1,
   - with ``Retry-After``.

   .. code-block:: text

      503 Service Unavailable

   .. list-table::

      * - node
        - gw-1

   .. workaround::

      Raise the drain grace period.
"""
DEVIATION_MD = """
`````{observed-deviation} Throttled clients get 503
:id: DEV-0007
:spec: api:rate-limits
:issue: API-1234
:observed: 2026-10-30
:severity: major
:state: open

During a drain the gateway answered 503:

- on eu-1,
- with `Retry-After`.

```text
503 Service Unavailable
```

| node |
|------|
| gw-1 |

````{workaround}
Raise the drain grace period.
````
`````
"""
RUNBOOK_RST = rst_page(
    RUNBOOK_SECTIONS_RST
    + "Details\n-------\n\nClients see :canonical:`api:rate-limits`.\n"
    + DEVIATION_RST,
    "Drain a gateway",
)
RUNBOOK_MD = md_page(
    "".join(f"## {name}\n\nText.\n\n" for name in
            ("Meaning", "Impact", "Diagnosis", "Mitigation", "Verification", "Escalation"))
    + "## Details\n\nClients see {canonical}`api:rate-limits`.\n"
    + DEVIATION_MD,
    "Drain a gateway",
)  # fmt: skip
RUNBOOKS = {"rst": ("ops/drain.rst", RUNBOOK_RST), "myst": ("ops/drain.md", RUNBOOK_MD)}
SPECIFICATION = {"specs/api/limits.rst": SPEC_PAGE}
