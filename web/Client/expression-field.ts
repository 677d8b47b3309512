import { behaviour } from "./lib/behaviours";

type Suggestion = { insert: string; label: string; description: string; start: number; length: number };

const waitMs = 120;
let fields = 0;

/** A field for expressions suggests what could come next. Without this it is a plain field. */
export function startExpressionFields(): void {
  behaviour("[data-expression]", (element) => {
    const input = element as HTMLInputElement | HTMLTextAreaElement;
    const isLong = input instanceof HTMLTextAreaElement;
    const form = input.form;
    const list = document.createElement("ul");
    list.id = `suggestions-${++fields}`;
    list.className = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggestions");
    input.parentElement!.append(list);
    // A field of several lines is a text box to assistive technology, which has no state for what is folded out.
    const expanded = (open: boolean): void => {
      if (!isLong) {
        input.setAttribute("aria-expanded", String(open));
      }
    };
    for (const [name, value] of Object.entries({ ...(isLong ? {} : { role: "combobox" }), "aria-autocomplete": "list", "aria-controls": list.id })) {
      input.setAttribute(name, value);
    }
    expanded(false);
    let found: Suggestion[] = [];
    // What the suggestions were made for.
    let told = "";
    let at = -1;
    let timer = 0;
    let asked: AbortController | undefined;

    const close = (): void => {
      clearTimeout(timer);
      asked?.abort();
      list.hidden = true;
      found = [];
      at = -1;
      expanded(false);
      input.removeAttribute("aria-activedescendant");
      form?.removeAttribute("data-completing");
    };
    const choose = (index: number): void => {
      at = index;
      [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
      const chosen = list.children[at];
      if (chosen) {
        input.setAttribute("aria-activedescendant", chosen.id);
        chosen.scrollIntoView({ block: "nearest" });
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    };
    const take = (suggestion: Suggestion): void => {
      // What was typed since they were made belongs to the word that is replaced; when it is more than a word, they are out of date.
      const grown = input.value.length - told.length;
      const place = suggestion.start + suggestion.length;
      const typed = input.value.slice(place, place + grown);
      if (input.value.slice(0, place) !== told.slice(0, place) || input.value.slice(place + Math.max(grown, 0)) !== told.slice(place) || /\s/.test(typed)) {
        close();
        void ask();
        return;
      }
      const end = place + typed.length;
      // A blank after it is there once.
      const after = input.value.slice(end);
      const insert = suggestion.insert.endsWith(" ") && after.startsWith(" ") ? suggestion.insert.trimEnd() : suggestion.insert;
      input.value = input.value.slice(0, suggestion.start) + insert + after;
      const caret = suggestion.start + suggestion.insert.length;
      input.setSelectionRange(caret, caret);
      input.focus();
      close();
      input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    // Of the suggestions made before the last keys, the first that goes on with what is written now.
    const fitting = (): Suggestion | undefined => {
      const grown = input.value.length - told.length;
      return found.find((s) => {
        const written = input.value.slice(s.start, s.start + s.length + grown).toLowerCase();
        return written !== "" && [s.insert, s.insert.replace(/^"/, "")].some((text) => text.toLowerCase().startsWith(written));
      });
    };
    const show = (): void => {
      list.replaceChildren(
        ...found.map((suggestion, i) => {
          const item = document.createElement("li");
          item.id = `${list.id}-${i}`;
          item.setAttribute("role", "option");
          item.setAttribute("aria-selected", "false");
          const label = document.createElement("code");
          label.textContent = suggestion.label;
          const description = document.createElement("span");
          description.className = "palette-hint";
          description.textContent = suggestion.description;
          item.append(label, description);
          // The field keeps the focus.
          item.addEventListener("mousedown", (event) => event.preventDefault());
          item.addEventListener("click", () => take(suggestion));
          return item;
        }),
      );
      list.hidden = found.length === 0;
      expanded(found.length > 0);
      form?.toggleAttribute("data-completing", found.length > 0);
      choose(-1);
    };
    const ask = async (): Promise<void> => {
      asked?.abort();
      const caret = input.selectionStart ?? input.value.length;
      const text = input.value;
      if (!input.value.trim()) {
        close();
        return;
      }
      asked = new AbortController();
      const url = new URL(input.dataset.expression!, location.href);
      url.searchParams.set("text", text);
      url.searchParams.set("caret", String(caret));
      const response = await fetch(url, { credentials: "same-origin", signal: asked.signal }).catch(() => undefined);
      if (!response?.ok || response.redirected || document.activeElement !== input) {
        return;
      }
      // Closed in the middle of the answer, it is none.
      const answer = (await response.json().catch(() => undefined)) as Suggestion[] | undefined;
      if (!answer) {
        return;
      }
      // What is written out already is no help. A choice made among the suggestions before stays made.
      const chosen = found[at]?.insert;
      told = text;
      found = answer.filter((s) => text.slice(s.start, s.start + s.length) !== s.insert.trim()).slice(0, 10);
      show();
      choose(found.findIndex((s) => s.insert === chosen));
    };

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => void ask(), waitMs);
    });
    (input as HTMLElement).addEventListener("keydown", (event) => {
      // Among several lines the arrow goes to the next one.
      if (list.hidden && ((event.key === "ArrowDown" && (!isLong || input.selectionStart === input.value.length)) || (event.key === " " && event.ctrlKey))) {
        event.preventDefault();
        void ask();
        return;
      }
      if (list.hidden) {
        return;
      }
      switch (event.key) {
        case "ArrowDown":
        case "ArrowUp":
          event.preventDefault();
          choose((at + (event.key === "ArrowDown" ? 1 : -1) + found.length + (at < 0 && event.key === "ArrowUp" ? 1 : 0)) % found.length);
          break;
        case "Enter":
        case "Tab":
          // Enter without a choice submits what is written.
          if (at < 0 && event.key === "Tab" && input.value !== told) {
            // The first of them is not what would come first after what was typed since.
            event.preventDefault();
            clearTimeout(timer);
            const fits = fitting();
            if (fits) {
              take(fits);
              break;
            }
            void ask().then(() => {
              if (found.length > 0 && input.value === told) {
                take(found[0]);
              }
            });
          } else if (at >= 0 || event.key === "Tab") {
            event.preventDefault();
            take(found[Math.max(at, 0)]);
          } else {
            close();
          }
          break;
        case "Escape":
          event.preventDefault();
          event.stopPropagation();
          close();
          break;
      }
    });
    input.addEventListener("blur", close);
    // What the server says of the text belongs to the field as well.
    const problem = input.dataset.expressionProblem ?? "#filter-problem";
    const mark = (): void => {
      if (document.querySelector(`${problem} [data-filter-problem]`)) {
        input.setAttribute("aria-invalid", "true");
      } else {
        input.removeAttribute("aria-invalid");
      }
    };
    // What was meant takes the place of what was written.
    const mend = (event: Event): void => {
      const fix = (event.target as Element).closest<HTMLElement>("[data-expression-fix]");
      if (fix?.closest(problem)) {
        const [start, end] = [Number(fix.dataset.start), Number(fix.dataset.end)];
        take({ insert: fix.dataset.expressionFix!, label: "", description: "", start, length: end - start });
      }
    };
    document.body.addEventListener("htmx:afterSettle", mark);
    document.addEventListener("click", mend);
    mark();
    return () => {
      close();
      list.remove();
      document.body.removeEventListener("htmx:afterSettle", mark);
      document.removeEventListener("click", mend);
    };
  });
}

/** Moves the items of a list by their buttons. */
export function startOrderLists(): void {
  behaviour("[data-order-list]", (list) => {
    list.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-move]");
      const item = button?.closest("li");
      if (!button || !item) {
        return;
      }
      // The first item has no buttons: it stays where it is.
      if (button.dataset.move === "up" && item.previousElementSibling?.querySelector("[data-move]")) {
        item.previousElementSibling.before(item);
      } else if (button.dataset.move === "down") {
        item.nextElementSibling?.after(item);
      }
      button.focus();
    });
  });
}
