import { behaviour } from "./lib/behaviours";

/** The bar below a list with a selection: what is shown, or all that match the list's view. */
export function startBulk(): void {
  behaviour("[data-bulk-bar]", (bar) => {
    const button = bar.querySelector<HTMLButtonElement>("[data-all-matching]")!;
    const count = bar.querySelector<HTMLElement>("[data-count]")!;
    const field = (name: string): HTMLInputElement => bar.querySelector<HTMLInputElement>(`#bulk-target input[name=${name}]`)!;
    const choose = (all: boolean, total: number): void => {
      field("All").value = String(all);
      field("Count").value = String(total);
      field("View").value = all ? location.search : "";
    };
    const show = (event: Event): void => {
      const table = event.target as HTMLElement;
      const boxes = [...table.querySelectorAll<HTMLInputElement>("input[name=selected]")];
      const total = Number(table.querySelector<HTMLElement>("[data-total]")?.dataset.total ?? 0);
      // Any change of the selection goes back to what is ticked.
      choose(false, 0);
      button.hidden = !(boxes.length > 0 && total > boxes.length && boxes.every((box) => box.checked));
      button.textContent = `Select all ${total.toLocaleString("en-US")} matching`;
      button.onclick = () => {
        choose(true, total);
        count.textContent = total.toLocaleString("en-US");
        button.hidden = true;
      };
    };
    document.addEventListener("selection-changed", show);
    return () => document.removeEventListener("selection-changed", show);
  });

  behaviour("[data-bulk-dialog]", (dialog) => {
    dialog.addEventListener("htmx:afterSwap", (event) => {
      if (event.target === dialog && !(dialog as HTMLDialogElement).open) {
        (dialog as HTMLDialogElement).showModal();
      }
    });
  });
}
