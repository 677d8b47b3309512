const most = 50;

/** Lets the person choose with which of the device's shells the next terminal begins, the usual one first. Which there are, a terminal says. */
export function offerShells(shells: unknown): void {
  const choice = document.querySelector<HTMLSelectElement>("[data-shells]");
  const names = Array.isArray(shells) ? shells.filter((shell) => typeof shell === "string").slice(0, most) : [];
  if (!choice || choice.options.length || names.length < 2) {
    return;
  }
  choice.replaceChildren(...names.map((name) => new Option(name)));
  choice.hidden = false;
}
