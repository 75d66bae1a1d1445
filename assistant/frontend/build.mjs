/** Builds widget and dashboard into `assistant/static/deskside/`: stable names, the same bytes every time. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.env.DESKSIDE_OUT ?? join(here, "..", "static", "deskside");

export const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "safari16.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  charset: "utf8",
  legalComments: "none",
  outdir: out,
};

/** Keeps of a language file only the words that this bundle says. */
function wordsOf(...prefixes) {
  return {
    name: "words",
    setup(build) {
      build.onLoad({ filter: /lang[\\/][a-z]+\.json$/ }, async ({ path }) => {
        const words = Object.entries(JSON.parse(await readFile(path, "utf8")));
        const kept = words.filter(([key]) => prefixes.includes(key.split("_")[0]));
        return { contents: JSON.stringify(Object.fromEntries(kept)), loader: "json" };
      });
    },
  };
}

/** Style sheets as text: a shadow root takes them as constructed sheets, which need no `style-src`. */
const cssAsText = {
  name: "css-as-text",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const css = await esbuild.build({ ...common, entryPoints: [path], write: false });
      return { contents: css.outputFiles[0].text.trim(), loader: "text", watchFiles: [path] };
    });
  },
};

/** The panel's words of one language: loaded only by those who read it. */
function wordsBundle(language) {
  const contents = `import words from "./shared/lang/${language}.json";
document.querySelector("deskside-widget").words.${language} = words;`;
  const stdin = { contents, resolveDir: here, sourcefile: `widget-words-${language}.js` };
  return {
    ...common,
    outdir: undefined,
    outfile: join(out, `widget-words-${language}.js`),
    stdin,
    plugins: [wordsOf("common", "error", "widget")],
  };
}

export const bundles = [
  { ...common, entryPoints: { widget: "widget/loader.ts" }, plugins: [cssAsText, wordsOf("launcher")] },
  {
    ...common,
    entryPoints: { "widget-panel": "widget/panel.tsx" },
    plugins: [cssAsText],
  },
  wordsBundle("en"),
  wordsBundle("zh"),
  {
    ...common,
    // `light-dark()` stays as it is: one sheet, two themes.
    target: ["es2022", "chrome123", "firefox120", "safari17.5"],
    entryPoints: { dashboard: "dashboard/main.tsx" },
    plugins: [wordsOf("common", "error", "desk")],
  },
];

async function main() {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  for (const bundle of bundles) {
    if (process.argv.includes("--watch")) {
      await (await esbuild.context(bundle)).watch();
      continue;
    }
    const { outputFiles } = await esbuild.build({ ...bundle, write: false });
    for (const { path, contents } of outputFiles) {
      await writeFile(path, contents);
      report(basename(path), contents);
    }
  }
}

function report(name, contents) {
  const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`.padStart(10);
  console.log(name.padEnd(20), kib(contents.length), kib(gzipSync(contents, { level: 9 }).length), "gzip");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
