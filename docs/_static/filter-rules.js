// Hides the rows of the tables of rules that lack what was typed, and the groups that have none left.
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-filter-rules]")) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const group of document.querySelectorAll("section section:has(> .table-wrapper, > table)")) {
    let shown = 0;
    for (const row of group.querySelectorAll("tbody tr")) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      shown += !row.hidden;
    }
    group.hidden = !shown;
  }
});
