-- A passage repeats a specification of another repository that its own does not configure.
WITH phrases AS (
  SELECT gram FROM section_grams GROUP BY gram HAVING count(*) <= 40
),
hits AS (
  SELECT p.repository, p.page, p.passage, p.gram FROM page_grams p JOIN phrases f ON f.gram = p.gram
),
shared AS (
  SELECT p.repository, p.page, p.passage, s.repository AS publisher, s.index_address, s.section,
    count(*) AS grams
  FROM hits p
  JOIN section_grams s ON s.gram = p.gram
  WHERE s.repository <> p.repository
  GROUP BY p.repository, p.page, p.passage, s.repository, s.index_address, s.section
  HAVING count(*) >= 2
),
best AS (
  SELECT h.repository, h.page, h.passage, h.publisher, h.index_address, h.section, h.grams,
    a.path, a.line, a.grams AS of_passage,
    row_number() OVER (
      PARTITION BY h.repository, h.page, h.passage ORDER BY h.grams DESC, h.publisher, h.section
    ) AS place
  FROM shared h
  JOIN passages a ON a.repository = h.repository AND a.page = h.page AND a.passage = h.passage
  LEFT JOIN (SELECT DISTINCT repository, index_address FROM domains) d
    ON d.repository = h.repository AND d.index_address = h.index_address
  WHERE d.index_address IS NULL AND h.grams * 5 >= a.grams * 2
)
SELECT repository, page, path, line,
  'this passage repeats "' || section || '" of "' || publisher
    || '", which this repository does not configure as a spec domain; add it, and refer to the section' AS message,
  section AS subject, index_address
FROM best WHERE place = 1
