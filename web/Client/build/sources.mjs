import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

/** Reads everything that can name a class or an icon. */
export function readSources(folders) {
  const words = new Set();
  const icons = new Set();
  for (const path of folders.flatMap(walk)) {
    const text = readFileSync(path, "utf8");
    for (const [word] of text.matchAll(/[A-Za-z0-9_-]+/g)) {
      words.add(word);
    }
    // <icon name="x">, icon="x" of our tag helpers, Icon("x") in C#, data-icon in TypeScript.
    for (const [, name] of text.matchAll(/(?:<icon name=|\bicon=|\bIcon\(|\bIcon = )"([a-z0-9-]+)"/g)) {
      icons.add(name);
    }
  }
  return { words, icons: [...icons].sort() };
}

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return entry.name === "node_modules" || entry.name === "build" ? [] : walk(path);
    }
    return [".cshtml", ".cs", ".ts"].includes(extname(entry.name)) ? [path] : [];
  });
}
