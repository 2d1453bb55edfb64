-- Every reference to a published section: who has to look when it changes.
SELECT r.repository, r.page, r.path, r.line, r.deviation, r.state,
  coalesce(o.owners, '') AS owners, r.section, coalesce(p.address, '') AS address,
  r.index_address
FROM canonical_references r
LEFT JOIN (
  SELECT repository, page, array_to_string(list_sort(list(DISTINCT owner)), ', ') AS owners
  FROM page_owners GROUP BY repository, page
) o ON o.repository = r.repository AND o.page = r.page
LEFT JOIN pages p ON p.repository = r.repository AND p.page = r.page
WHERE r.section <> ''
ORDER BY r.repository, r.path, r.line, r.deviation, r.section
