const field = document.getElementById("search");
if (field) {
  field.closest("label").hidden = false;
  field.addEventListener("input", () => {
    const wanted = field.value.toLowerCase();
    for (const each of document.querySelectorAll(".finding")) {
      const text = (each.closest(".subject").querySelector("h3").textContent + each.textContent).toLowerCase();
      each.classList.toggle("hidden", !text.includes(wanted));
    }
  });
}
