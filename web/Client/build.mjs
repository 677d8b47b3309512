// Bundles the front end into web/wwwroot/dist: hashed files, a compressed copy of each, and manifest.json for the server's tag helpers.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { makeSprite } from "./build/sprite.mjs";
import { purgeCss } from "./build/purge.mjs";
import { readSources } from "./build/sources.mjs";

const client = dirname(fileURLToPath(import.meta.url));
const web = dirname(client);
const dist = join(web, "wwwroot", "dist");

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const sources = readSources([client, join(web, "Pages"), join(web, "Frame")]);

/** Tabler without the rules that no page of ours can use. */
const purgedTabler = {
  name: "purged-tabler",
  setup(context) {
    context.onLoad({ filter: /tabler\.min\.css$/ }, ({ path }) => ({ contents: purgeCss(readFileSync(path, "utf8"), sources.words), loader: "css" }));
  },
};

const entries = { app: "app.ts", theme: "theme.ts", style: "styles/app.css" };
const result = await build({
  entryPoints: Object.entries(entries).map(([out, path]) => ({ in: join(client, path), out })),
  outdir: dist,
  bundle: true,
  minify: true,
  format: "esm",
  splitting: true,
  target: ["es2022", "chrome123", "firefox120", "safari17.5"],
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  metafile: true,
  legalComments: "none",
  write: false,
  logLevel: "warning",
  plugins: [purgedTabler],
});

const assets = {};
const files = [];

for (const file of result.outputFiles) {
  add(basename(file.path), file.contents);
}
for (const [path, output] of Object.entries(result.metafile.outputs)) {
  if (output.entryPoint) {
    const name = basename(path);
    assets[name.replace(/-[^-]+(\.[a-z]+)$/, "$1")] = { file: name, integrity: integrityOf(name) };
  }
}

const icons = makeSprite(join(web, "node_modules", "@tabler", "icons", "icons"), sources.icons);
const spriteName = `icons-${createHash("sha256").update(icons).digest("hex").slice(0, 8).toUpperCase()}.svg`;
add(spriteName, Buffer.from(icons));
assets["icons.svg"] = { file: spriteName, integrity: integrityOf(spriteName), names: sources.icons };

writeFileSync(join(dist, "manifest.json"), JSON.stringify({ assets, files }, null, 2));

function add(name, contents) {
  writeFileSync(join(dist, name), contents);
  writeFileSync(join(dist, `${name}.gz`), gzipSync(contents, { level: 9 }));
  writeFileSync(join(dist, `${name}.br`), brotliCompressSync(contents, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  files.push(name);
}

function integrityOf(name) {
  const path = join(dist, name);
  return existsSync(path) ? `sha384-${createHash("sha384").update(readFileSync(path)).digest("base64")}` : "";
}
