export type Choice = { id: string; title: string; group: string };

export type Choices = { show: (choices: Choice[], shown: string[]) => void };

/** The panel that says which charts are shown. Nothing chosen means the usual ones. */
export function startChoices(board: HTMLElement, choose: (ids: string[]) => void): Choices {
  const panel = board.querySelector<HTMLElement>("[data-choices]");
  const label = board.querySelector<HTMLElement>("[data-chosen]");
  let drawn = "";

  panel?.addEventListener("change", () => choose([...panel.querySelectorAll<HTMLInputElement>("input:checked")].map((box) => box.value)));

  return {
    show: (choices, shown) => {
      const chosen = new URLSearchParams(location.search).has("show");
      if (label) {
        label.textContent = chosen ? `${shown.length} of ${choices.length} charts` : "Charts";
      }
      if (!panel) {
        return;
      }
      const next = JSON.stringify(choices);
      if (next !== drawn) {
        drawn = next;
        panel.replaceChildren(...build(choices, () => choose([])));
      }
      panel.querySelectorAll<HTMLInputElement>("input").forEach((box) => (box.checked = shown.includes(box.value)));
      panel.querySelector<HTMLButtonElement>("button")!.disabled = !chosen;
    },
  };
}

function build(choices: Choice[], reset: () => void): HTMLElement[] {
  const parts: HTMLElement[] = [];
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-plain";
  button.textContent = "Show the usual ones";
  button.addEventListener("click", reset);
  parts.push(button);
  let group = "";
  for (const choice of choices) {
    if (choice.group !== group) {
      group = choice.group;
      const heading = document.createElement("p");
      heading.className = "board-choice-group";
      heading.textContent = group;
      parts.push(heading);
    }
    const line = document.createElement("label");
    line.className = "board-choice";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "form-check-input";
    box.value = choice.id;
    line.append(box, choice.title);
    parts.push(line);
  }
  return parts;
}
