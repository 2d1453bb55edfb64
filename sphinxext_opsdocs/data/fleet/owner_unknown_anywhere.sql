-- The owner of a page or repository is known neither in a repository nor in fleet.toml.
WITH known AS (
  SELECT owner FROM owners UNION SELECT owner FROM fleet_owners
)
SELECT o.repository, o.page, p.path, o.line,
  'owner "' || o.owner || '" of "' || o.page
    || '" is in no registry of the fleet; correct it, or add [owners."' || o.owner
    || '"] to fleet.toml' AS message,
  o.owner AS subject, '' AS index_address
FROM page_owners o
JOIN pages p ON p.repository = o.repository AND p.page = o.page
LEFT JOIN known k ON k.owner = o.owner
WHERE k.owner IS NULL
UNION ALL
SELECT r.repository, '' AS page, '' AS path, 0 AS line,
  'its owner "' || r.owner || '" in fleet.toml is in no registry of the fleet; correct it, or add '
    || '[owners."' || r.owner || '"] there' AS message,
  r.owner AS subject, '' AS index_address
FROM repositories r
LEFT JOIN known k ON k.owner = r.owner
WHERE r.owner <> '' AND k.owner IS NULL
