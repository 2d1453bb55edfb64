-- The owner of a page is known neither in a repository nor in fleet.toml.
SELECT o.repository, o.page, p.path, o.line,
  'owner "' || o.owner || '" of "' || o.page
    || '" is in no registry of the fleet; correct it, or add it to fleet.toml' AS message,
  o.owner AS subject, '' AS index_address
FROM page_owners o
JOIN pages p ON p.repository = o.repository AND p.page = o.page
LEFT JOIN (
  SELECT owner FROM owners UNION SELECT owner FROM fleet_owners
) k ON k.owner = o.owner
WHERE k.owner IS NULL
