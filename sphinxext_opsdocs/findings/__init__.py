"""What rules report: severity, fingerprint, baseline."""
