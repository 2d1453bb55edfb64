// Adds to the tables of needstable.js what it lacks: switches that keep rows with a tag, formulas
// that no spreadsheet runs, and the whole table on paper.
(function () {
  "use strict";

  const FORMULA = /^[=+\-@\t\r]/;

  function quoted(text) {
    return FORMULA.test(text) ? "'" + text : text;
  }

  function tagsOf(group) {
    return (group.lead.getAttribute("data-tags") || "").split(" ");
  }

  function addSwitches(table, instance) {
    const all = instance.groups;
    const switches = JSON.parse(table.getAttribute("data-opsdocs-chips") || "[]");
    const pressed = new Set();
    switches.forEach(([tag, title]) => {
      const count = all.filter((group) => tagsOf(group).includes(tag)).length;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "opsdocs-switch";
      button.textContent = title + " " + count;
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => {
        const isOn = !pressed.delete(tag);
        if (isOn) {
          pressed.add(tag);
        }
        button.setAttribute("aria-pressed", String(isOn));
        instance.groups = all.filter((group) => {
          const tags = tagsOf(group);
          return Array.from(pressed).every((wanted) => tags.includes(wanted));
        });
        instance.page = 0;
        instance.update();
      });
      instance.controls.insertBefore(button, instance.csvButton);
    });
  }

  function onPaper(instance) {
    let size = instance.pageSize;
    window.addEventListener("beforeprint", () => {
      size = instance.pageSize;
      instance.pageSize = 0;
      instance.paint();
    });
    window.addEventListener("afterprint", () => {
      instance.pageSize = size;
      instance.paint();
    });
  }

  function enhance() {
    document.querySelectorAll("table.opsdocs-report").forEach((table) => {
      const instance = table.__needstable;
      if (instance) {
        const matrix = instance.matrix.bind(instance);
        instance.matrix = () => matrix().map((row) => row.map(quoted));
        addSwitches(table, instance);
        instance.sizeSelect.parentNode.hidden = instance.groups.length <= 25;
        onPaper(instance);
      }
      table.classList.remove("opsdocs-waits");
    });
  }

  if (document.readyState === "complete") {
    enhance();
  } else {
    // needstable.js begins at this event too, and is the first to be asked
    document.addEventListener("DOMContentLoaded", enhance);
  }
})();
