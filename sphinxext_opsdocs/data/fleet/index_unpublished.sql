-- No repository of the fleet publishes a canonical index that pages refer to.
SELECT s.repository, '' AS page, 'opsdocs.toml' AS path, 1 AS line,
  'no repository of the fleet publishes ' || s.origin
    || '; its copy is what references are checked against' AS message,
  s.origin AS subject, '' AS index_address
FROM sources s
WHERE s.kind = 'index' AND s.index_address = ''
