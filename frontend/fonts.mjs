// Inter, cut to what a page needs: the weights we use and one file per script, so that a page in a
// Latin script costs 23 kB and a name like Łukasz eleven more.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import subsetFont from "subset-font";

const WEIGHTS = { wght: { min: 400, max: 700, default: 400 } };
const FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum"];
const require = createRequire(import.meta.url);

const range = (from, to) =>
  Array.from({ length: to - from + 1 }, (_, step) => String.fromCodePoint(from + step)).join("");

const CHARACTERS = {
  latin: `${range(0x20, 0x7e)}${range(0xa0, 0xff)}ıŒœˆ˚˜–—‘’‚“”„•…′″‹›⁄€™←↑→↓−∕`,
  "latin-ext": `${range(0x100, 0x130)}${range(0x132, 0x151)}${range(0x154, 0x17f)}ƒȘșȚțẞ`,
};

/** The font files of our style sheets: `url("inter:latin")` becomes a hashed file of its own. */
export const interFont = {
  name: "inter",
  setup(build) {
    build.onResolve({ filter: /^inter:/ }, ({ path }) => ({
      path: `inter-${path.slice("inter:".length)}.woff2`,
      namespace: "inter",
    }));
    build.onLoad({ filter: /.*/, namespace: "inter" }, async ({ path }) => {
      const script = path.slice("inter-".length, -".woff2".length);
      const file = `@fontsource-variable/inter/files/inter-${script}-wght-normal.woff2`;
      const whole = await readFile(require.resolve(file));
      const characters = CHARACTERS[script];
      const contents = await subsetFont(whole, characters, {
        targetFormat: "woff2",
        variationAxes: WEIGHTS,
        keepFeatures: FEATURES,
        keepAllGlyphs: characters === undefined,
      });
      return { contents, loader: "file" };
    });
  },
};
