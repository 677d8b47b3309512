import { behaviour } from "./lib/behaviours";

/** Makes a textarea fit for code: Tab indents, Shift-Tab takes back, Escape then Tab leaves it. */
export function startEditors(): void {
  behaviour("textarea[data-editor]", (element) => {
    const area = element as HTMLTextAreaElement;
    let leaving = false;
    area.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        leaving = true;
        event.stopPropagation();
        return;
      }
      if (event.key === "Tab" && !leaving && !event.ctrlKey && !event.altKey) {
        event.preventDefault();
        if (event.shiftKey) {
          outdent(area);
        } else {
          area.setRangeText("    ", area.selectionStart, area.selectionEnd, "end");
        }
      }
      leaving = false;
    });
  });
}

function outdent(area: HTMLTextAreaElement): void {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const indent = /^ {1,4}|^\t/.exec(area.value.slice(start))?.[0].length ?? 0;
  if (indent) {
    area.setRangeText("", start, start + indent, "preserve");
  }
}
