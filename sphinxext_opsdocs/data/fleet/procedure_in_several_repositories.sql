-- Live pages of one class, in several repositories, are for the same alert, or do the same to a service.
WITH shared AS (
  SELECT document_class, subject, count(DISTINCT repository) AS repositories,
    min(repository) AS first_one, max(repository) AS last_one
  FROM procedures GROUP BY document_class, subject HAVING count(DISTINCT repository) > 1
)
SELECT p.repository, p.page, p.path, p.line,
  '"' || p.page || '" is for ' || p.subject || ', and so '
    || CASE WHEN s.repositories = 2 THEN 'is a page of "'
      ELSE 'are pages of ' || CAST(s.repositories - 1 AS VARCHAR)
        || ' other repositories, such as "' END
    || CASE WHEN s.first_one = p.repository THEN s.last_one ELSE s.first_one END
    || '"; keep one page, or tell their scopes apart' AS message,
  p.subject, '' AS index_address
FROM (SELECT DISTINCT repository, page, path, line, document_class, subject FROM procedures) p
JOIN shared s ON s.document_class = p.document_class AND s.subject = p.subject
