import { behaviour } from "./lib/behaviours";

/** Ctrl-Enter submits the form that has the focus; the first field with an error takes it. */
export function startForms(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = (event.target as Element).closest("form");
      if (form) {
        event.preventDefault();
        form.requestSubmit();
      }
    }
  });

  behaviour("[aria-invalid=true]", (field) => {
    if (field === document.querySelector("[aria-invalid=true]")) {
      field.focus();
    }
  });

  behaviour("form[data-autosubmit]", (form) => {
    form.addEventListener("change", () => (form as HTMLFormElement).requestSubmit());
  });

  // A filter has followed what was typed; asking again when its field is left would take the row away that the pointer is on.
  behaviour(".filter-bar input[type=search]", (field) => {
    field.addEventListener("change", (event) => event.stopPropagation());
  });

  // Nobody wants to send twice what takes a second.
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.method === "post" && !form.hasAttribute("hx-post")) {
      setTimeout(() => form.querySelectorAll<HTMLButtonElement>("button[type=submit], button:not([type])").forEach((button) => (button.disabled = true)));
    }
  });
}
