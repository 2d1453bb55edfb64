-- The newest bundle of a repository could not be fetched, read or checked.
SELECT repository, '' AS page, '' AS path, 0 AS line,
  message || CASE WHEN last_good = '' THEN '; there is no earlier one'
    ELSE '; what is shown is of ' || last_good END AS message,
  repository AS subject, '' AS index_address
FROM repositories WHERE state = 'unreadable'
