const blocks = [...document.querySelectorAll("article.rule")];
const field = document.getElementById("search");
const shown = document.getElementById("shown");
const fresh = document.getElementById("only-new");
const folds = new Set();
function filter() {
  const wanted = field.value.trim().toLowerCase();
  let sum = 0;
  for (const block of blocks) {
    const named = !wanted || block.querySelector("h3").textContent.toLowerCase().includes(wanted);
    let count = 0;
    for (const place of block.querySelectorAll("[data-place]")) {
      const fits = (named || place.textContent.toLowerCase().includes(wanted)) && (!fresh || !fresh.checked || "new" in place.dataset);
      place.hidden = !fits;
      count += fits;
      const fold = place.closest("details");
      if (fits && wanted && !named && fold && !fold.open) { fold.open = true; folds.add(fold); }
    }
    block.hidden = !count;
    const row = document.getElementById("row-" + block.id);
    row.hidden = !count;
    row.querySelector(".found").textContent = count;
    if (getComputedStyle(block).display !== "none") sum += count;
  }
  if (!wanted) { for (const fold of folds) fold.open = false; folds.clear(); }
  shown.textContent = sum + " of " + shown.dataset.total;
}
if (field) {
  field.closest("label").hidden = false;
  const filters = document.querySelector(".filters");
  filters.addEventListener("input", filter);
  // A browser keeps what was chosen when a page is loaded again.
  const chosen = [...filters.querySelectorAll("[type=checkbox]")].some((box) => box.checked !== box.defaultChecked);
  if (field.value || chosen) filter();
  else shown.textContent = shown.dataset.total + " of " + shown.dataset.total;
}
for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const text = document.getElementById(button.dataset.of);
    const range = document.createRange();
    range.selectNodeContents(text);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    const done = () => { button.textContent = "Copied"; };
    if (navigator.clipboard) navigator.clipboard.writeText(text.textContent).then(done, () => {});
    else if (document.execCommand("copy")) done();
  });
}
