import htmx from "htmx.org";

type Asked = { element: HTMLElement; submitter?: HTMLElement | null; trigger: string };

const submitters = new WeakMap<Element, HTMLElement | null>();
const triggers = new WeakMap<Element, string>();
let asked: Asked | undefined;
let repeating: Element | undefined;

/**
 * The server refuses what is worth a second look with 403 and HX-Trigger: step-up. A dialog lets the person confirm who they are, and the same request goes out
 * again from the same element: what was typed and chosen is still there.
 */
export function startStepUp(): void {
  document.addEventListener("submit", (event) => submitters.set(event.target as Element, (event as SubmitEvent).submitter), true);

  const body = document.body;
  body.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, requestConfig } = (event as CustomEvent).detail as { elt: Element; requestConfig?: { triggeringEvent?: Event } };
    triggers.set(elt, requestConfig?.triggeringEvent?.type ?? "click");
  });
  // The refusal is no news to show: the dialog is the answer to it.
  body.addEventListener("htmx:beforeSwap", (event) => {
    const detail = (event as CustomEvent).detail as { xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean };
    if (detail.xhr.status === 403 && detail.xhr.getResponseHeader("HX-Trigger") === "step-up") {
      detail.shouldSwap = false;
      detail.isError = false;
    }
  });
  body.addEventListener("step-up", (event) => void open(event.target as HTMLElement));
  body.addEventListener("step-up-done", () => {
    const waiting = asked;
    asked = undefined;
    dialog()?.close();
    if (waiting?.element.isConnected) {
      repeat(waiting);
    }
  });
  // What was asked for and agreed to once is not asked again.
  body.addEventListener("htmx:confirm", (event) => {
    const detail = (event as CustomEvent).detail as { elt: Element; issueRequest: (skip: boolean) => void };
    if (detail.elt === repeating) {
      repeating = undefined;
      event.preventDefault();
      detail.issueRequest(true);
    }
  });
}

async function open(element: HTMLElement): Promise<void> {
  const target = dialog();
  if (!target) {
    location.assign(`/account/confirm?return=${encodeURIComponent(location.pathname + location.search)}`);
    return;
  }
  enable(element);
  asked = { element, submitter: submitters.get(element), trigger: triggers.get(element) ?? "click" };
  await htmx.ajax("get", "/account/confirm", { target: "#step-up", swap: "innerHTML" });
  if (!target.open) {
    target.addEventListener("close", () => (asked = undefined), { once: true });
    target.showModal();
  }
  target.querySelector<HTMLElement>("[autofocus]")?.focus();
}

function repeat({ element, submitter, trigger }: Asked): void {
  enable(element);
  repeating = element;
  if (element instanceof HTMLFormElement) {
    element.requestSubmit(submitter?.isConnected ? submitter : null);
  } else {
    htmx.trigger(element, trigger, {});
  }
}

/** A form that was sent has its buttons turned off. */
function enable(element: HTMLElement): void {
  element.querySelectorAll<HTMLButtonElement>("button[disabled]").forEach((button) => (button.disabled = false));
}

function dialog(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>("dialog#step-up");
}
