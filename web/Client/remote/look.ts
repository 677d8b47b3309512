import type { ITheme } from "@xterm/xterm";

/** Sixteen colours that can be read on the ground of the theme; the order is that of the escape sequences. */
const palettes = {
  light: ["#1c2430", "#b02525", "#1c6b2b", "#875300", "#1a569d", "#86279d", "#0b6b78", "#566170", "#3d4855", "#c92a2a", "#237b33", "#8f5a00", "#1f66b8", "#9c36b5", "#0c7785", "#6b7683"],
  dark: ["#2d3641", "#ff7b7b", "#7bd88f", "#f5c451", "#8ec0ff", "#dba6ea", "#6fd3e0", "#c9d1da", "#7b858f", "#ff9b9b", "#a3e8b1", "#ffd97a", "#b3d5ff", "#ecc8f5", "#9ce4ed", "#ffffff"],
};
const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "brightBlack", "brightRed", "brightGreen", "brightYellow", "brightBlue", "brightMagenta", "brightCyan", "brightWhite"];

/** Ground and text; written out, because what the page computes may be on its way from one theme to the other. */
const grounds = { light: ["#ffffff", "#1c2430"], dark: ["#0f1318", "#e3e8ee"] };

export function colours(): ITheme {
  const theme = document.documentElement.dataset.bsTheme === "dark" ? "dark" : "light";
  const [background, foreground] = grounds[theme];
  return { background, foreground, cursor: foreground, ...Object.fromEntries(names.map((name, i) => [name, palettes[theme][i]])) };
}

let trusted = false;

/** The terminal makes style elements of its own; the page's policy wants to know that they are ours. */
export function trustStyles(): void {
  const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce;
  if (trusted || !nonce) {
    return;
  }
  trusted = true;
  const create = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (name.toLowerCase() === "style") {
      element.nonce = nonce;
    }
    return element;
  }) as typeof document.createElement;
}
