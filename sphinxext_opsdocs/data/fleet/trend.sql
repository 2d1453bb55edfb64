-- Findings that stand, and known ones, on each day of which there are counts.
SELECT day,
  CAST(sum(CASE WHEN state = 'new' AND severity = 'error' THEN findings ELSE 0 END) AS INTEGER)
    AS errors,
  CAST(sum(CASE WHEN state = 'new' AND severity = 'warning' THEN findings ELSE 0 END) AS INTEGER)
    AS warnings,
  CAST(sum(CASE WHEN state = 'new' AND severity = 'info' THEN findings ELSE 0 END) AS INTEGER)
    AS notes,
  CAST(sum(CASE WHEN state = 'known' THEN findings ELSE 0 END) AS INTEGER) AS known
FROM counts
GROUP BY day
ORDER BY day
