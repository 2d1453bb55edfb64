-- What each audience may see, counted: repositories, pages, open deviations and findings.
SELECT r.audience, CAST(count(*) AS INTEGER) AS repositories,
  CAST(sum(CASE WHEN r.state <> 'unreadable' THEN 1 ELSE 0 END) AS INTEGER) AS read_today,
  CAST(sum(coalesce(c.pages, 0)) AS INTEGER) AS pages,
  CAST(sum(coalesce(d.open_deviations, 0)) AS INTEGER) AS open_deviations,
  CAST(sum(coalesce(f.errors, 0)) AS INTEGER) AS errors,
  CAST(sum(coalesce(f.warnings, 0)) AS INTEGER) AS warnings
FROM repositories r
LEFT JOIN checks c ON c.repository = r.repository
LEFT JOIN (
  SELECT repository, count(*) AS open_deviations
  FROM (SELECT DISTINCT repository, path, line FROM deviations WHERE state = 'open') o
  GROUP BY repository
) d ON d.repository = r.repository
LEFT JOIN (
  SELECT repository, sum(CASE WHEN severity = 'error' THEN 1 ELSE 0 END) AS errors,
    sum(CASE WHEN severity = 'warning' THEN 1 ELSE 0 END) AS warnings
  FROM findings WHERE state = 'new' GROUP BY repository
) f ON f.repository = r.repository
GROUP BY r.audience
ORDER BY r.audience
