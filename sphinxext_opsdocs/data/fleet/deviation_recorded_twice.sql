-- An open deviation names an issue that an open deviation of another repository names too.
WITH recorded AS (
  SELECT DISTINCT i.repository, i.page, i.path, i.line, i.deviation, i.issue_address
  FROM deviation_issues i
  JOIN deviations d ON d.repository = i.repository AND d.page = i.page AND d.path = i.path
    AND d.line = i.line
  WHERE d.state = 'open' AND i.issue_address <> ''
),
shared AS (
  SELECT issue_address, count(DISTINCT repository) AS repositories,
    min(repository) AS first_one, max(repository) AS last_one
  FROM recorded GROUP BY issue_address HAVING count(DISTINCT repository) > 1
)
SELECT r.repository, min(r.page) AS page, r.path, r.line,
  'deviation ' || r.deviation || ' names ' || r.issue_address || ', and so '
    || CASE WHEN s.repositories = 2 THEN 'does one of "'
      ELSE 'do deviations of ' || CAST(s.repositories - 1 AS VARCHAR)
        || ' other repositories, such as "' END
    || CASE WHEN s.first_one = r.repository THEN s.last_one ELSE s.first_one END
    || '"; record it once, and refer to it' AS message,
  r.issue_address AS subject, '' AS index_address
FROM recorded r JOIN shared s ON s.issue_address = r.issue_address
GROUP BY r.repository, r.path, r.line, r.deviation, r.issue_address, s.repositories, s.first_one,
  s.last_one
