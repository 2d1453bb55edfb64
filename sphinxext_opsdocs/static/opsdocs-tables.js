// Adds to the tables of needstable.js what it lacks: switches that keep rows with a tag, formulas
// that no spreadsheet runs, and the whole table on paper.
(function () {
  "use strict";

  const FORMULA = /^[=+\-@\t\r]/;

  function quoted(text) {
    return FORMULA.test(text) ? "'" + text : text;
  }

  function tagsOf(row) {
    return new Set((row.getAttribute("data-tags") || "").split(" "));
  }

  function addSwitches(table, instance) {
    const switches = JSON.parse(table.getAttribute("data-opsdocs-chips") || "[]");
    if (!switches.length) {
      return;
    }
    const all = instance.groups;
    const tags = new Map(all.map((group) => [group, tagsOf(group.lead)]));
    const pressed = [];
    // those of one group add up, and every group must have one that fits
    const fits = (group) =>
      pressed.every(([, kind]) =>
        pressed.some(([tag, other]) => other === kind && tags.get(group).has(tag)));
    switches.forEach(([title, kind], number) => {
      const tag = String(number);
      const entry = [tag, kind || tag];
      const count = all.filter((group) => tags.get(group).has(tag)).length;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = title + " " + count;
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => {
        const place = pressed.indexOf(entry);
        if (place < 0) {
          pressed.push(entry);
        } else {
          pressed.splice(place, 1);
        }
        button.setAttribute("aria-pressed", String(place < 0));
        instance.groups = all.filter(fits);
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

  // what the style sheet shows beside each value where a row is a card
  function nameColumns(table) {
    [...table.tHead.rows[0].cells].forEach((head, number) => {
      const title = (head.querySelector("button") || head).firstChild.textContent.trim();
      table.style.setProperty("--opsdocs-c" + (number + 1), JSON.stringify(title + ": "));
    });
  }

  function enhance() {
    document.querySelectorAll("table.opsdocs-report").forEach((table) => {
      nameColumns(table);
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
