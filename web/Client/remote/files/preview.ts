import { formatValue } from "../../lib/units";
import type { Entry, FilesClient } from "./client";
import { shown } from "./names";


/** Shows the beginning of a file beside the list: text as text, an image as an image, by what is in it. */
export async function showPreview(pane: HTMLElement, client: FilesClient, entry: Entry, path: string, escapes: boolean): Promise<void> {
  const run = crypto.randomUUID();
  pane.dataset.run = run;
  const body = pane.querySelector<HTMLElement>("[data-preview-body]")!;
  pane.querySelector("[data-preview-name]")!.textContent = shown(entry.name, escapes);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const { answer } = client.request({ op: "preview", path }, { chunk: (bytes) => pieces.push(new Uint8Array(bytes)) });
  const told = await answer;
  if (pane.dataset.run !== run) {
    return;
  }
  const note = pane.querySelector<HTMLElement>("[data-preview-note]")!;
  note.textContent = [formatValue(told.entry!.size, "By"), told.more && told.content === "text" ? `the first ${formatValue(told.size!, "By")} are shown` : ""].filter(Boolean).join(" · ");
  const content = new Blob(pieces);
  if (told.content === "image" && told.size) {
    const image = document.createElement("img");
    image.alt = shown(entry.name, escapes);
    // The page's policy takes images of its own and such.
    image.src = await asDataUrl(new Blob([content], { type: told.type }));
    body.replaceChildren(image);
  } else if (told.content === "text") {
    const text = document.createElement("pre");
    text.textContent = new TextDecoder(told.type).decode(await content.arrayBuffer());
    text.tabIndex = 0;
    text.setAttribute("aria-label", "Content");
    body.replaceChildren(text);
  } else {
    const words = document.createElement("p");
    words.className = "muted";
    words.textContent = told.content === "image" ? "The image is too large to be shown here. Download it." : told.entry!.size === 0 ? "The file is empty." : "This is no text and no image that can be shown. Download it.";
    body.replaceChildren(words);
  }
}

function asDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result as string));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(blob);
  });
}
