-- Counts for each repository; nothing is averaged, since a mean hides the one that needs help.
SELECT r.repository, r.owner AS owners, r.state,
  coalesce(c.pages, 0) AS pages, coalesce(c.governed, 0) AS governed,
  coalesce(f.errors, 0) AS errors, coalesce(f.warnings, 0) AS warnings,
  coalesce(f.known, 0) AS known,
  coalesce(s.suspects, 0) AS suspects, coalesce(s.gone, 0) AS gone,
  coalesce(d.open_deviations, 0) AS open_deviations, coalesce(d.without_issue, 0) AS without_issue,
  coalesce(p.reviews_overdue, 0) AS reviews_overdue
FROM repositories r
LEFT JOIN checks c ON c.repository = r.repository
LEFT JOIN (
  SELECT repository,
    CAST(sum(CASE WHEN severity = 'error' AND state = 'new' THEN 1 ELSE 0 END) AS INTEGER) AS errors,
    CAST(sum(CASE WHEN severity = 'warning' AND state = 'new' THEN 1 ELSE 0 END) AS INTEGER)
      AS warnings,
    CAST(sum(CASE WHEN state = 'known' THEN 1 ELSE 0 END) AS INTEGER) AS known
  FROM findings GROUP BY repository
) f ON f.repository = r.repository
LEFT JOIN (
  SELECT repository,
    CAST(sum(CASE WHEN state = 'suspect' THEN 1 ELSE 0 END) AS INTEGER) AS suspects,
    CAST(sum(CASE WHEN state IN ('unresolved', 'ambiguous') THEN 1 ELSE 0 END) AS INTEGER) AS gone
  FROM canonical_references GROUP BY repository
) s ON s.repository = r.repository
LEFT JOIN (
  SELECT o.repository, CAST(count(*) AS INTEGER) AS open_deviations,
    CAST(sum(CASE WHEN i.line IS NULL THEN 1 ELSE 0 END) AS INTEGER) AS without_issue
  FROM (SELECT DISTINCT repository, path, line FROM deviations WHERE state = 'open') o
  LEFT JOIN (SELECT DISTINCT repository, path, line FROM deviation_issues) i
    ON i.repository = o.repository AND i.path = o.path AND i.line = o.line
  GROUP BY o.repository
) d ON d.repository = r.repository
LEFT JOIN (
  SELECT p.repository, CAST(count(*) AS INTEGER) AS reviews_overdue
  FROM pages p CROSS JOIN fleet t
  WHERE p.review_due <> '' AND p.review_due < t.day
  GROUP BY p.repository
) p ON p.repository = r.repository
ORDER BY r.repository
