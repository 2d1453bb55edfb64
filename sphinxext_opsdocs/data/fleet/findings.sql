-- What only the whole fleet shows, the worst first.
SELECT f.severity, f.rule, f.repository, f.page, f.path, f.line, f.message,
  coalesce(o.owners, r.owner, '') AS owners, coalesce(p.address, '') AS address,
  f.index_address
FROM fleet_findings f
LEFT JOIN repositories r ON r.repository = f.repository
LEFT JOIN pages p ON p.repository = f.repository AND p.page = f.page
LEFT JOIN (
  SELECT repository, page, array_to_string(list_sort(list(DISTINCT owner)), ', ') AS owners
  FROM page_owners GROUP BY repository, page
) o ON o.repository = f.repository AND o.page = f.page
ORDER BY CASE f.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, f.rule,
  f.repository, f.path, f.line, f.message
