// Builds pdportal/static/dist: one style sheet, one script and what it loads when needed, the fonts, each under a name that tells
// its content, with a brotli and a gzip copy beside it and a manifest from plain names to built ones. `controllers.json` has the
// scripts of each behaviour that not every page has.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import * as esbuild from "esbuild";
import { interFont } from "./fonts.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, "..", "pdportal", "static", "dist");
const packed = new Set([".css", ".js", ".svg"]);

const settings = {
  absWorkingDir: here,
  entryPoints: ["js/main.js", "css/main.css", "img/favicon.svg"],
  outdir: dist,
  entryNames: "[name].[hash]",
  assetNames: "[name].[hash]",
  chunkNames: "[name].[hash]",
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: ["chrome123", "firefox128", "safari17.5"],
  loader: { ".svg": "copy" },
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  plugins: [interFont, { name: "finish", setup: (build) => build.onEnd(finish) }],
};

async function compress(file) {
  const whole = await readFile(file);
  const best = {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: whole.length,
    },
  };
  const small = await promisify(brotliCompress)(whole, best);
  await writeFile(`${file}.br`, small);
  await writeFile(`${file}.gz`, await promisify(gzip)(whole, { level: 9 }));
  return small.length;
}

/** What an earlier build left goes only once this one is whole. */
async function sweep(kept) {
  for (const file of await readdir(dist)) {
    if (file !== "manifest.json" && !kept.has(file.replace(/\.(br|gz)$/, ""))) {
      await rm(path.join(dist, file), { recursive: true });
    }
  }
}

async function finish({ metafile, errors }) {
  if (errors.length > 0) {
    return;
  }
  const { outputs } = metafile;
  const manifest = {};
  const controllers = {};
  for (const [output, { bytes, entryPoint, exports }] of Object.entries(outputs)) {
    const built = path.basename(output);
    const sent = packed.has(path.extname(built)) ? await compress(path.join(dist, built)) : bytes;
    console.log(`${built.padEnd(32)} ${String(bytes).padStart(7)} bytes, ${sent} on the wire`);
    const plain = built.replace(/\.[A-Z0-9]{8}(?=\.\w+$)/, "");
    manifest[plain === "chunk.js" ? built : plain] = built; // nobody asks for what others share
    for (const name of (entryPoint && exports) || []) {
      controllers[name] = [...imported(outputs, output), built];
    }
  }
  // Its own file holds nothing but the import of what all others share.
  const main = Object.keys(outputs).find((each) => outputs[each].entryPoint === "js/main.js");
  [manifest["main.js"]] = imported(outputs, main);
  for (const [name, scripts] of Object.entries(controllers)) {
    controllers[name] = scripts.filter((script) => script !== manifest["main.js"]);
  }
  await sweep(new Set(Object.values(manifest)));
  await writeJson("controllers.json", controllers);
  await writeJson("manifest.json", manifest);
}

/** The scripts that one imports, and so waits for. */
function imported(outputs, output) {
  const waited = outputs[output].imports.filter(({ kind }) => kind === "import-statement");
  return waited.map((each) => path.basename(each.path));
}

async function writeJson(name, entries) {
  const sorted = Object.fromEntries(Object.entries(entries).sort());
  await writeFile(path.join(dist, name), `${JSON.stringify(sorted, null, 2)}\n`);
}

await mkdir(dist, { recursive: true });
if (process.argv.includes("--watch")) {
  const context = await esbuild.context(settings);
  await context.watch();
} else {
  await esbuild.build(settings);
}
