-- A repository names another owner for a specification than the one that publishes it.
WITH published AS (
  SELECT index_address, min(owner) AS owner, min(repository) AS repository
  FROM domains WHERE is_own AND owner <> '' GROUP BY index_address
)
SELECT d.repository, '' AS page, 'opsdocs.toml' AS path, 1 AS line,
  'spec domain "' || d.domain || '" has the owner "' || d.owner || '", but "' || p.repository
    || '", which publishes it, names the owner "' || p.owner || '"' AS message,
  d.domain AS subject, d.index_address
FROM domains d
JOIN published p ON p.index_address = d.index_address
LEFT JOIN (
  SELECT DISTINCT index_address, owner AS name FROM domains WHERE is_own
  UNION SELECT DISTINCT index_address, owner_title AS name FROM domains WHERE is_own
) n ON n.index_address = d.index_address AND (n.name = d.owner OR n.name = d.owner_title)
WHERE NOT d.is_own AND d.owner <> '' AND n.name IS NULL
