import { behaviour } from "./lib/behaviours";

/** The bar below a list with a selection: what is ticked, or all that match the list's view. */
export function startBulk(): void {
  behaviour("[data-bulk-bar]:has([data-all-matching])", (bar) => {
    const button = bar.querySelector<HTMLButtonElement>("[data-all-matching]")!;
    const count = bar.querySelector<HTMLElement>("[data-count]")!;
    const known = new WeakSet<Element>();
    let table: Element | undefined;
    let all = 0;

    const field = (name: string, value: string): void => {
      bar.querySelector<HTMLInputElement>(`#bulk-target input[name=${name}]`)!.value = value;
    };
    const choose = (total: number, chosen: HTMLInputElement[]): void => {
      all = total;
      field("All", String(total > 0));
      field("Count", String(total));
      field("View", total > 0 ? location.search : "");
      field("Selected", total > 0 ? "" : chosen.map((box) => box.value).join(","));
    };
    const show = (event: Event): void => {
      const shown = event.target as Element;
      const boxes = [...shown.querySelectorAll<HTMLInputElement>("input[name=selected]")];
      // Rows that come later belong to “all”, unless the list is another one by now.
      if (all && shown === table && boxes.every((box) => box.checked || !known.has(box))) {
        boxes.forEach((box) => {
          box.checked = true;
          box.closest("tr")?.classList.add("row-selected");
        });
      } else {
        all = 0;
      }
      table = shown;
      boxes.forEach((box) => known.add(box));
      const chosen = boxes.filter((box) => box.checked);
      const total = Number(shown.querySelector<HTMLElement>("[data-total]")?.dataset.total ?? 0);
      choose(all, chosen);
      button.hidden = all > 0 || !(boxes.length > 0 && total > boxes.length && chosen.length === boxes.length);
      button.textContent = `Select all ${total.toLocaleString("en-US")} matching`;
      button.onclick = () => {
        choose(total, []);
        count.textContent = total.toLocaleString("en-US");
        button.hidden = true;
      };
      if (all) {
        bar.hidden = false;
        count.textContent = all.toLocaleString("en-US");
      }
    };
    document.addEventListener("selection-changed", show);
    return () => document.removeEventListener("selection-changed", show);
  });

  behaviour("[data-bulk-dialog]", (element) => {
    const dialog = element as HTMLDialogElement;
    dialog.addEventListener("htmx:afterSwap", (event) => {
      if (event.target === dialog && !dialog.open) {
        dialog.showModal();
      }
      // What was done may have changed what the list shows.
      if (dialog.querySelector("[data-ended=true]")) {
        dispatchEvent(new Event("breeze:rows-changed"));
      }
    });
    dialog.addEventListener("close", () => dialog.querySelector("[data-started]") && dispatchEvent(new Event("breeze:rows-changed")));
  });
}
