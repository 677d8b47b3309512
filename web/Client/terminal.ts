import htmx from "htmx.org";
import { behaviour } from "./lib/behaviours";
import { openStream } from "./lib/stream";

const maximumNodes = 5000;

/** Shows a command's output as it comes; when the command has ended, the server's own view of the result takes its place. */
export function startTerminals(): void {
  behaviour("[data-command-stream]", (pane) => {
    const output = pane.querySelector<HTMLElement>("[data-output]")!;
    const state = pane.querySelector<HTMLElement>("[data-state]");
    let ended = false;
    const close = openStream(pane.dataset.commandStream!, {
      output: (data) => {
        const { stream, text } = JSON.parse(data) as { stream: string; text: string };
        const following = output.scrollTop + output.clientHeight >= output.scrollHeight - 24;
        const piece = document.createElement("span");
        piece.textContent = text;
        if (stream === "stderr") {
          piece.className = "stderr";
        }
        output.append(piece);
        while (output.childNodes.length > maximumNodes) {
          output.firstChild!.remove();
        }
        if (following) {
          output.scrollTop = output.scrollHeight;
        }
      },
      reset: () => output.replaceChildren(),
      status: (status) => {
        if (state) {
          state.textContent = status;
        }
      },
      end: () => {
        if (!ended) {
          ended = true;
          close();
          void htmx.ajax("get", pane.dataset.result!, { target: pane, swap: "outerHTML" });
        }
      },
    });
    const started = Date.now();
    const clock = pane.querySelector<HTMLElement>("[data-elapsed]");
    const tick = setInterval(() => {
      if (clock) {
        clock.textContent = `${Math.round((Date.now() - started) / 1000)} s`;
      }
    }, 1000);
    return () => {
      close();
      clearInterval(tick);
    };
  });
}
