-- Every section that a repository publishes, and how much depends on it in all of them.
SELECT s.repository, s.section, s.page_title, s.title, s.owner AS owners, s.status,
  coalesce(r.repositories, 0) AS repositories, coalesce(r.pages, 0) AS pages,
  coalesce(r.mentions, 0) AS mentions, coalesce(r.suspects, 0) AS suspects,
  coalesce(d.open_deviations, 0) AS open_deviations, s.address, s.index_address
FROM sections s
LEFT JOIN (
  SELECT index_address, section, CAST(count(DISTINCT repository) AS INTEGER) AS repositories,
    CAST(count(DISTINCT repository || ' ' || page) AS INTEGER) AS pages,
    CAST(count(*) AS INTEGER) AS mentions,
    CAST(sum(CASE WHEN state = 'suspect' THEN 1 ELSE 0 END) AS INTEGER) AS suspects
  FROM canonical_references WHERE section <> '' GROUP BY index_address, section
) r ON r.index_address = s.index_address AND r.section = s.section
LEFT JOIN (
  SELECT x.index_address, x.section,
    CAST(count(DISTINCT x.repository || ' ' || x.path || ' ' || CAST(x.line AS VARCHAR)) AS INTEGER)
      AS open_deviations
  FROM deviation_sections x
  JOIN deviations v ON v.repository = x.repository AND v.page = x.page AND v.path = x.path
    AND v.line = x.line
  WHERE v.state = 'open' AND x.section <> ''
  GROUP BY x.index_address, x.section
) d ON d.index_address = s.index_address AND d.section = s.section
ORDER BY s.repository, s.section
