import { behaviour } from "./lib/behaviours";

/** One button ticks all boxes of a group, or none when all are ticked. Without it one ticks them one by one. */
export function startCheckGroups(): void {
  behaviour("[data-check-all]", (button) => {
    const boxes = () => [...(button.closest("[data-check-group]")?.querySelectorAll<HTMLInputElement>("input[type=checkbox]:not(:disabled)") ?? [])].filter((box) => !box.value.endsWith("*"));
    button.hidden = boxes().length < 2;
    button.addEventListener("click", () => {
      const tick = boxes().some((box) => !box.checked);
      boxes().forEach((box) => (box.checked = tick));
    });
  });
}
