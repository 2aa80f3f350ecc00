// The same inputs, config, as-of date and state give the same bytes: again, with any number of threads, in any time zone and
// locale, from any folder, and in any order of files and rows.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as e2e from "./e2e.mjs";

const work = e2e.workFolder("same");
const council = join(work, "council");
mkdirSync(council);
const small = e2e.edits(e2e.withOneTheme, e2e.withTiles(12));
const config = e2e.makeCouncil(council, small);
const publish = (folder) => join(folder, "publish");
const releases = (folder) => e2e.tree(join(publish(folder), "releases"));

// Again: nothing new, and not a byte changes but the record of the attempt.
e2e.mustRun(config);
const first = releases(council), whole = e2e.tree(publish(council));
e2e.equal(e2e.releaseFaults(join(publish(council), "current")).join("; "), "", "the first release");
const again = e2e.mustRun(config);
e2e.check(/nothing new to publish/.test(again.err), `a second run says that nothing is new, not: ${again.err}`);
const changed = e2e.differences(whole, e2e.tree(publish(council))).filter((line) => !/^status\.(json|html) differs$/.test(line));
e2e.equal(changed.join("; "), "", "a second run changes nothing");

// From nothing, elsewhere, otherwise.
function fresh(name) {
  const folder = join(work, name);
  cpSync(council, folder, { recursive: true, filter: (from) => !["state", "publish"].includes(basename(from)) });
  return folder;
}
function sameFrom(folder, what, args, env) {
  e2e.mustRun(join(folder, "council.yaml"), e2e.AS_OF, args, { env });
  const list = e2e.differences(first, releases(folder));
  e2e.equal(list.slice(0, 5).join("; "), "", `${what}: ${list.length} differences in ${first.size} files`);
  rmSync(folder, { recursive: true });
}
const german = spawnSync("locale", ["-a"], { encoding: "utf8" }).stdout?.split("\n").find((name) => /^de_DE\.utf-?8$/i.test(name));
if (!german) console.log("note: no German locale here: LC_ALL=C only");
sameFrom(fresh("one"), "one thread, LC_ALL=C, umask of the shell", ["--jobs", "1"], { LC_ALL: "C", TZ: "UTC" });
sameFrom(fresh("two"), "two threads, Auckland, German", ["--jobs", "2"],
  { TZ: "Pacific/Auckland", LC_ALL: german ?? "C", LANG: german ?? "C" });

// Rows in another order: figures, maps and layers must not move. (The manifest names inputs by content, and so differs.)
const turned = fresh("turned");
for (const name of readdirSync(join(turned, "crm"))) {
  const path = join(turned, "crm", name);
  writeFileSync(path, reversedRows(readFileSync(path, "latin1")), "latin1");
}
// Two files of one source change places.
const [a, b] = readdirSync(join(turned, "police")).slice(0, 2).map((month) => {
  const folder = join(turned, "police", month);
  return join(folder, readdirSync(folder)[0]);
});
renameSync(a, join(work, "a.csv"));
renameSync(b, a);
renameSync(join(work, "a.csv"), b);
e2e.mustRun(join(turned, "council.yaml"));
const tables = (folder) => {
  const release = join(publish(folder), "current");
  return new Map([...e2e.tree(release)].filter(([path]) => /^(public|officer)\/(tables|density|geojson)\//.test(path) &&
    !/(requests\.geojson|\/)$/.test(path)).map(([path]) => [path, stable(join(release, path))]));
};
const list = e2e.differences(tables(council), tables(turned));
e2e.equal(list.join("; "), "", "rows and files in another order");
e2e.check(tables(council).size >= 10, "tables, densities and layers were compared");
e2e.finish("the same in, the same out");

// A CSV's data rows from last to first; rows with line breaks in them stay whole.
function reversedRows(text) {
  const rows = [];
  let start = 0, isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') isQuoted = !isQuoted;
    if (text[i] === "\n" && !isQuoted) {
      rows.push(text.slice(start, i + 1));
      start = i + 1;
    }
  }
  return rows[0] + rows.slice(1).reverse().join("");
}
// A file's bytes without the release's id, which follows from the inputs' bytes.
function stable(path) {
  return createHash("sha256").update(readFileSync(path, "latin1").replaceAll(/\d{4}-\d\d-\d\d-[0-9a-f]{8}/g, "ID")).digest("hex");
}
