// What the end-to-end tests share: small councils, runs, and whether a release is whole.
// Called as: node TEST.mjs WARDHEAT MAKE_BOROUGH SOURCE_ROOT
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const [program, generator, root] = process.argv.slice(2).map((path) => resolve(path));
export const AS_OF = "2026-11-03"; // the generator's default

export function skip(why) {
  console.log(`SKIPPED: ${why}`);
  process.exit(77);
}

let failures = 0;
export function check(isTrue, what) {
  if (isTrue) return;
  failures++;
  console.log(`FAILED: ${what}`);
}
export function equal(got, wanted, what) {
  check(got === wanted, `${what}: ${JSON.stringify(got)}, expected ${JSON.stringify(wanted)}`);
}
export function finish(what) {
  console.log(failures === 0 ? `ok: ${what}` : `${failures} failed`);
  process.exit(failures === 0 ? 0 : 1);
}

// A folder in the build that goes when the test ends (stays with WARDHEAT_KEEP=1).
export function workFolder(name) {
  const folder = mkdtempSync(join(process.cwd(), `${name}-`));
  process.on("exit", () => process.env.WARDHEAT_KEEP || rmSync(folder, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
  return folder;
}

// SplitMix64, seeded by WARDHEAT_SEED or by the clock; the seed is printed, so that a failure can be had again.
export function randomNumbers(what) {
  const seed = BigInt(process.env.WARDHEAT_SEED ?? Date.now());
  console.log(`${what}: seed ${seed} (WARDHEAT_SEED)`);
  let state = seed;
  const mask = (1n << 64n) - 1n;
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    return Number((z ^ (z >> 31n)) >> 11n) / 2 ** 53;
  };
}

// The smallest borough that the generator makes, with the fixture's config changed by `edit`.
export function makeCouncil(folder, edit = (text) => text, args = ["--wards", "6", "--requests", "6000", "--seed", "5"]) {
  const made = spawnSync(generator, [folder, ...args], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`the generator failed: ${made.stderr}`);
  const config = join(folder, "council.yaml");
  writeFileSync(config, edit(readFileSync(join(root, "fixtures/borough/council.yaml"), "utf8")));
  return config;
}

// Changes of the config. Each must find what it changes.
export function replaced(text, from, to) {
  if (!(from instanceof RegExp ? from.test(text) : text.includes(from))) throw new Error(`the config has no ${from}`);
  return text.replace(from, to);
}
export const withoutOutput = (name) => (text) => replaced(text, new RegExp(`^  ${name}: .*$`, "m"), `  ${name}: false`);
export const withOneTheme = (text) => replaced(text, /\n  - id: noise\n[\s\S]*?(?=\ndensity:)/, "\n");
export const withCoarseCells = (text) => replaced(text, "cell_m: 20", "cell_m: 50");
export const withTiles = (high) => (text) => replaced(text, "zoom: [9, 16]", `zoom: [9, ${high}]`);
export const edits = (...list) => (text) => list.reduce((so_far, edit) => edit(so_far), text);

export function run(args, options = {}) {
  const started = process.hrtime.bigint();
  const ended = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26, ...options,
    env: { ...process.env, ...options.env } });
  return { code: ended.status, err: ended.stderr, out: ended.stdout, seconds: Number(process.hrtime.bigint() - started) / 1e9 };
}
export const nightly = (config, asOf = AS_OF, args = [], options = {}) =>
  run(["run", config, "--as-of", asOf, ...args], options);
export function mustRun(config, asOf = AS_OF, args = [], options = {}) {
  const ended = nightly(config, asOf, args, options);
  if (ended.code !== 0) throw new Error(`wardheat run ${config} ${args.join(" ")} ended with ${ended.code}: ${ended.err}`);
  return ended;
}
// A run that goes on beside us: { child, ended: Promise of { code, signal, err } }.
export function startRun(config, asOf = AS_OF, args = []) {
  const child = spawn(program, ["run", config, "--as-of", asOf, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  let err = "";
  child.stderr.on("data", (text) => (err += text));
  return { child, ended: new Promise((done) => child.on("close", (code, signal) => done({ code, signal, err }))) };
}

export const sha256 = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

// Every file and link under a folder: path -> hash of its content, or where it leads.
export function tree(folder, prefix = "", into = new Map()) {
  for (const name of existsSync(join(folder, prefix)) ? readdirSync(join(folder, prefix)).sort() : []) {
    const path = prefix === "" ? name : `${prefix}/${name}`;
    const info = lstatSync(join(folder, path));
    if (info.isDirectory()) {
      into.set(`${path}/`, "folder");
      tree(folder, path, into);
    } else {
      into.set(path, info.isFile() ? sha256(join(folder, path)) : info.isSymbolicLink() ? `link to ${readlinkSync(join(folder, path))}` : "neither file nor link");
    }
  }
  return into;
}
// What differs between two trees, as sentences.
export function differences(before, after) {
  const found = [];
  for (const [path, hash] of before) {
    if (!after.has(path)) found.push(`${path} is gone`);
    else if (after.get(path) !== hash) found.push(`${path} differs`);
  }
  for (const path of after.keys()) if (!before.has(path)) found.push(`${path} is new`);
  return found;
}

// The id that `current` points at, or null.
export function currentId(publish) {
  const manifest = join(publish, "current", "manifest.json");
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")).release : null;
}
// Does every file of the release fit its manifest, and does no other stand there? Read by our own eyes, not the program's.
export function releaseFaults(release) {
  const found = [];
  const files = new Map([...tree(release)].filter(([, hash]) => hash !== "folder"));
  if (!files.delete("manifest.json")) return [`${release}: no manifest.json`];
  for (const file of JSON.parse(readFileSync(join(release, "manifest.json"), "utf8")).files) {
    if (files.get(file.path) !== file.sha256) found.push(`${file.path}: ${files.has(file.path) ? "another sha256" : "missing"}`);
    files.delete(file.path);
  }
  for (const path of files.keys()) found.push(`${path}: not in the manifest`);
  return found;
}
export const manifestOf = (publish) => JSON.parse(readFileSync(join(publish, "current", "manifest.json"), "utf8"));
export const stagingOf = (publish) => (existsSync(join(publish, "staging")) ? readdirSync(join(publish, "staging")) : []);
