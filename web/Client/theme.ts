// Runs before the first paint, so that neither theme nor sidebar jumps. Kept tiny because it blocks.
const root = document.documentElement;
const read = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const dark = matchMedia("(prefers-color-scheme: dark)");

function apply(): void {
  const choice = read("breeze.theme") ?? "auto";
  root.dataset.themeChoice = choice;
  root.dataset.bsTheme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
}

apply();
root.dataset.sidebar = read("breeze.sidebar") ?? "open";
dark.addEventListener("change", apply);
addEventListener("breeze:theme", apply);
addEventListener("storage", apply);
