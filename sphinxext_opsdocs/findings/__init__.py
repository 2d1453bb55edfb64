"""Findings: what rules report, their identity, and the baseline of earlier ones."""
