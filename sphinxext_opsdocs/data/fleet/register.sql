-- Every observed deviation of the fleet, the oldest open one of the worst severity first.
SELECT d.repository, d.deviation, d.title, d.severity, d.state, d.observed,
  CASE WHEN d.state = 'open' AND d.observed <> ''
    THEN CAST(date_diff('day', CAST(d.observed AS DATE), CAST(t.day AS DATE)) AS INTEGER)
  END AS days_open,
  coalesce(s.sections, '') AS sections, coalesce(s.spec_owners, '') AS spec_owners,
  coalesce(i.issues, '') AS issues, coalesce(o.owners, '') AS owners,
  d.page, d.path, d.line, coalesce(p.address, '') AS address,
  coalesce(s.index_addresses, '') AS index_addresses
FROM (
  SELECT repository, path, line, deviation, min(page) AS page, min(title) AS title,
    min(severity) AS severity, min(state) AS state, min(observed) AS observed
  FROM deviations GROUP BY repository, path, line, deviation
) d
CROSS JOIN fleet t
LEFT JOIN (
  SELECT repository, path, line,
    array_to_string(list_sort(list(DISTINCT CASE WHEN section = '' THEN target ELSE section END)), ', ')
      AS sections,
    array_to_string(list_sort(list(DISTINCT owner)), ', ') AS spec_owners,
    array_to_string(list_sort(list(DISTINCT index_address)), ', ') AS index_addresses
  FROM deviation_sections GROUP BY repository, path, line
) s ON s.repository = d.repository AND s.path = d.path AND s.line = d.line
LEFT JOIN (
  SELECT repository, path, line,
    array_to_string(
      list_sort(list(DISTINCT CASE WHEN issue_address = '' OR issue LIKE 'http://%'
        OR issue LIKE 'https://%' THEN issue
        ELSE issue || ' ' || issue_address END)), ', '
    ) AS issues
  FROM deviation_issues GROUP BY repository, path, line
) i ON i.repository = d.repository AND i.path = d.path AND i.line = d.line
LEFT JOIN (
  SELECT repository, page, array_to_string(list_sort(list(DISTINCT owner)), ', ') AS owners
  FROM page_owners GROUP BY repository, page
) o ON o.repository = d.repository AND o.page = d.page
LEFT JOIN pages p ON p.repository = d.repository AND p.page = d.page
ORDER BY d.state,
  CASE d.severity WHEN 'critical' THEN 0 WHEN 'major' THEN 1 WHEN 'minor' THEN 2 ELSE 3 END,
  d.observed, d.repository, d.path, d.line
