-- Every repository of the fleet, whether or not its bundle could be read.
SELECT r.repository, r.owner AS owners, r.audience, r.state, r.message, r.last_good, r.built,
  coalesce(c.project, '') AS project, coalesce(c.version, '') AS version,
  coalesce(c.pages, 0) AS pages, coalesce(c.governed, 0) AS governed,
  coalesce(u.rules, 0) AS unchecked, coalesce(c.index_address, '') AS index_address, r.address
FROM repositories r
LEFT JOIN checks c ON c.repository = r.repository
LEFT JOIN (
  SELECT repository, CAST(count(*) AS INTEGER) AS rules FROM unchecked GROUP BY repository
) u ON u.repository = r.repository
ORDER BY r.repository
