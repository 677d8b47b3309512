import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One SVG file with a symbol for each icon; a name ending in "-filled" is taken from the filled set. */
export function makeSprite(folder, names) {
  const symbols = names.map((name) => {
    const filled = name.endsWith("-filled");
    const path = join(folder, filled ? "filled" : "outline", `${filled ? name.slice(0, -7) : name}.svg`);
    if (!existsSync(path)) {
      throw new Error(`There is no icon "${name}" in @tabler/icons.`);
    }
    const inner = readFileSync(path, "utf8").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ").trim();
    const paint = filled ? `fill="currentColor"` : `fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"`;
    return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${inner}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}
