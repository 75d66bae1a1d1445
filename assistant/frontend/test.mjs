/** Bundles every `*.test.ts` and gives it to Node's own test runner. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { common } from "./build.mjs";

const outdir = await mkdtemp(join(tmpdir(), "deskside-test-"));
try {
  const files = await readdir(common.absWorkingDir, { recursive: true });
  const entryPoints = files.filter((name) => name.endsWith(".test.ts"));
  await esbuild.build({
    ...common,
    entryPoints,
    outdir,
    minify: false,
    sourcemap: "inline",
    platform: "node",
    target: "node20",
    format: "esm",
    outExtension: { ".js": ".mjs" },
  });
  const built = entryPoints.map((name) => join(outdir, name.replace(/\.ts$/, ".mjs")));
  const { status } = spawnSync(process.execPath, ["--test", ...built], { stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  await rm(outdir, { recursive: true, force: true });
}
