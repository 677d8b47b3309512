import htmx from "htmx.org";

type Cleanup = () => void;
type Behaviour = (element: HTMLElement) => Cleanup | void;

const known: { selector: string; start: Behaviour }[] = [];
const running = new WeakMap<Element, Cleanup[]>();

/** Gives every element that matches, now or after a swap, its behaviour; what it answers is called when the element leaves the page. */
export function behaviour(selector: string, start: Behaviour): void {
  known.push({ selector, start });
}

/** Looks for elements that need a behaviour; for content that came without htmx. */
export function enliven(root: Element): void {
  for (const { selector, start } of known) {
    const found = root.matches(selector) ? [root, ...root.querySelectorAll(selector)] : [...root.querySelectorAll(selector)];
    for (const element of found as HTMLElement[]) {
      const mark = `alive:${selector}`;
      if (marks(element).has(mark)) {
        continue;
      }
      marks(element).add(mark);
      const cleanup = start(element);
      if (cleanup) {
        running.set(element, [...(running.get(element) ?? []), cleanup]);
      }
    }
  }
}

export function startBehaviours(): void {
  htmx.onLoad((element) => enliven(element as Element));
  document.body.addEventListener("htmx:beforeCleanupElement", (event) => {
    const element = (event as CustomEvent).detail.elt as Element;
    running.get(element)?.forEach((cleanup) => cleanup());
    running.delete(element);
  });
}

const markers = new WeakMap<Element, Set<string>>();

function marks(element: Element): Set<string> {
  let set = markers.get(element);
  if (!set) {
    markers.set(element, (set = new Set()));
  }
  return set;
}
