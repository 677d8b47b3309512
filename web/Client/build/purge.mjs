/**
 * Removes the rules whose selectors need a class that no source file mentions. It reads minified CSS well enough for that: nested at-rules,
 * quoted strings, and selector lists with functions in them.
 */
export function purgeCss(css, words) {
  return purgeBlock(css.replace(/\/\*[\s\S]*?\*\//g, ""), words);
}

function purgeBlock(css, words) {
  let out = "";
  let position = 0;
  while (position < css.length) {
    const end = find(css, position, "{;");
    if (end < 0) {
      break;
    }
    const prelude = css.slice(position, end).trim();
    if (css[end] === ";") {
      out += `${prelude};`;
      position = end + 1;
      continue;
    }
    const close = matching(css, end);
    const body = css.slice(end + 1, close);
    position = close + 1;
    if (/^@(media|supports|container|layer)/.test(prelude)) {
      const inner = purgeBlock(body, words);
      out += inner ? `${prelude}{${inner}}` : "";
    } else if (prelude.startsWith("@")) {
      out += `${prelude}{${body}}`;
    } else {
      const kept = splitTop(prelude).filter((selector) => isUsed(selector, words));
      out += kept.length ? `${kept.join(",")}{${body}}` : "";
    }
  }
  return out;
}

function isUsed(selector, words) {
  // What stands inside :not(), :is() or :where() does not have to be there.
  const plain = selector.replace(/:(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)/g, "");
  for (const [, name] of plain.matchAll(/\.((?:\\.|[\w-])+)/g)) {
    if (!words.has(name.replaceAll("\\", ""))) {
      return false;
    }
  }
  return true;
}

/** The next of the characters outside quotes and parentheses. */
function find(css, from, characters) {
  let quote = "";
  let depth = 0;
  for (let i = from; i < css.length; i++) {
    const c = css[i];
    if (quote) {
      if (c === "\\") {
        i++;
      } else if (c === quote) {
        quote = "";
      }
    } else if (c === '"' || c === "'") {
      quote = c;
    } else if (c === "(") {
      depth++;
    } else if (c === ")") {
      depth--;
    } else if (depth === 0 && characters.includes(c)) {
      return i;
    }
  }
  return -1;
}

function matching(css, open) {
  let depth = 1;
  let position = open;
  while (depth > 0) {
    position = find(css, position + 1, "{}");
    if (position < 0) {
      throw new Error("The style sheet has an open block.");
    }
    depth += css[position] === "{" ? 1 : -1;
  }
  return position;
}

function splitTop(list) {
  const parts = [];
  let start = 0;
  for (let comma = find(list, 0, ","); comma >= 0; comma = find(list, start, ",")) {
    parts.push(list.slice(start, comma));
    start = comma + 1;
  }
  parts.push(list.slice(start));
  return parts.map((part) => part.trim());
}
