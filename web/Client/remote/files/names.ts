/** What a device says of itself at the beginning. */
export type Hello = { user: string; home: string; roots: string[]; separator: string; modes: boolean; escapes: boolean; view_only: boolean };

/** Characters that turn a line around, or cannot be seen. */
const hidden = /[\u061c\u00ad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A name as it may be shown: on Unix anything can be in one, also what would reorder the line that it stands in. */
export function shown(name: string, escapes: boolean): string {
  const text = escapes ? name.replaceAll("\\\\", "\\") : name;
  return text
    .replace(/[\u0000-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/[\u007f-\u009f]/g, "\u2421")
    .replace(hidden, (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

/** A name of this computer's, as the device reads names. */
export function escaped(name: string, hello: Hello): string {
  return hello.escapes ? name.replaceAll("\\", "\\\\") : name;
}

export function join(folder: string, name: string, hello: Hello): string {
  return folder.endsWith(hello.separator) ? folder + name : folder + hello.separator + name;
}

/** The steps to a folder, each with its path. */
export function steps(path: string, hello: Hello): { text: string; path: string }[] {
  const root = hello.roots.find((known) => path.startsWith(known)) ?? path.slice(0, path.indexOf(hello.separator) + 1);
  const found = [{ text: root, path: root }];
  let so = root;
  for (const part of path.slice(root.length).split(hello.separator).filter(Boolean)) {
    so = join(so, part, hello);
    found.push({ text: part, path: so });
  }
  return found;
}

/** Null at a root. */
export function parent(path: string, hello: Hello): string | null {
  return steps(path, hello).at(-2)?.path ?? null;
}

/** A name that a browser may save under. */
export function saveable(name: string, hello: Hello): string {
  return shown(name, hello.escapes).replace(/[\\/:*?"<>|]/g, "_");
}

export function modeText(mode: number, kind: string): string {
  const first = { folder: "d", link: "l", fifo: "p", socket: "s", device: "b" }[kind] ?? "-";
  const bits = "rwxrwxrwx".split("").map((c, i) => (mode & (1 << (8 - i)) ? c : "-"));
  for (const [bit, at, low, high] of [[0o4000, 2, "s", "S"], [0o2000, 5, "s", "S"], [0o1000, 8, "t", "T"]] as const) {
    if (mode & bit) {
      bits[at] = bits[at] === "x" ? low : high;
    }
  }
  return first + bits.join("");
}
