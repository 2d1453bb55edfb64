-- The copy of a canonical index is older than what its repository publishes.
SELECT s.repository, '' AS page, 'opsdocs.toml' AS path, 1 AS line,
  'the copy of ' || s.origin || ' is not what is published today; run "opsdocs sync" and build again'
    AS message,
  s.origin AS subject, s.index_address
FROM sources s
WHERE s.published_sha256 <> '' AND s.published_sha256 <> s.sha256
