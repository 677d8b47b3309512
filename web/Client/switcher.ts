import { behaviour } from "./lib/behaviours";

/** The tenant switcher by keys: type to filter, arrows choose, Enter goes there. */
export function startSwitcher(): void {
  behaviour("[data-switcher]", (element) => {
    const input = element as HTMLInputElement;
    const list = document.getElementById(input.getAttribute("aria-controls")!)!;
    const items = (): HTMLAnchorElement[] => [...list.querySelectorAll<HTMLAnchorElement>("[role=option][href]")];
    const choose = (index: number): void => {
      items().forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
      const chosen = items()[index];
      input.setAttribute("aria-activedescendant", chosen?.id ?? "");
      chosen?.scrollIntoView({ block: "nearest" });
    };
    input.addEventListener("keydown", (event) => {
      const all = items();
      const at = all.findIndex((item) => item.getAttribute("aria-selected") === "true");
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % Math.max(1, all.length));
      } else if (event.key === "Enter") {
        event.preventDefault();
        all[at]?.click();
      }
    });
    // A link that is replaced while its page is on the way is no link of a page any more, and the address would stay behind: once chosen, the list stands.
    let chosen = false;
    list.addEventListener("click", () => (chosen = true));
    input.addEventListener("input", () => (chosen = false));
    list.addEventListener("htmx:beforeSwap", (event) => {
      if (chosen && event.target === list) {
        event.preventDefault();
      }
    });
    // Whoever has typed means the first of what is found, and not "all organizations" above it.
    list.addEventListener("htmx:afterSwap", () => choose(input.value.trim() !== "" && items().length > 1 ? 1 : 0));
  });
}
