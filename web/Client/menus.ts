import { behaviour } from "./lib/behaviours";
import { remember } from "./lib/store";
import { toast } from "./toasts";

/** Menus are <details> elements: they open without us; we close them as people expect. */
export function startMenus(): void {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
      const inside = menu.contains(event.target as Node);
      if (!inside || (event.target as Element).closest("a, button:not([data-stay])")) {
        if (!(inside && (event.target as Element).closest("summary"))) {
          menu.open = false;
        }
      }
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const open = document.querySelector<HTMLDetailsElement>("details.menu[open]");
      if (open) {
        open.open = false;
        open.querySelector("summary")?.focus();
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    }
  }, true);

  behaviour("details.menu[data-focus]", (menu) => {
    menu.addEventListener("toggle", () => {
      if ((menu as HTMLDetailsElement).open) {
        menu.querySelector<HTMLElement>(menu.dataset.focus!)?.focus();
      }
    });
  });

  behaviour("[data-theme-set]", (button) => {
    button.addEventListener("click", () => {
      remember("theme", button.dataset.themeSet!);
      dispatchEvent(new Event("breeze:theme"));
      markTheme();
    });
    markTheme();
  });

  behaviour("[data-sidebar-toggle]", (button) => {
    button.setAttribute("aria-expanded", String(document.documentElement.dataset.sidebar !== "narrow"));
    button.addEventListener("click", () => {
      const next = document.documentElement.dataset.sidebar === "narrow" ? "open" : "narrow";
      document.documentElement.dataset.sidebar = next;
      remember("sidebar", next);
      button.setAttribute("aria-expanded", String(next !== "narrow"));
    });
  });

  behaviour("[data-drawer-nav]", (button) => {
    button.addEventListener("click", () => {
      const open = document.documentElement.toggleAttribute("data-nav-open");
      button.setAttribute("aria-expanded", String(open));
    });
  });

  behaviour("[data-copy]", (button) => {
    button.addEventListener("click", async () => {
      const text = button.dataset.copy || document.querySelector(button.dataset.copyFrom ?? "")?.textContent || "";
      try {
        await navigator.clipboard.writeText(text.trim());
        toast({ text: "Copied.", tone: "ok" });
      } catch {
        toast({ text: "The browser did not allow copying. Select the text and copy it by hand.", tone: "bad" });
      }
    });
  });
}

function markTheme(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === document.documentElement.dataset.themeChoice));
  }
}
