-- A repository has not been built for longer than fleet.toml allows.
SELECT repository, '' AS page, '' AS path, 0 AS line,
  message || '; build it, or remove it from the fleet' AS message,
  repository AS subject, '' AS index_address
FROM repositories WHERE state = 'silent'
