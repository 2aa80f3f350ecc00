// Full disks, read-only disks, split disks: exit 5 (or 3), the old release stands, no litter. Mounts small tmpfs: needs root.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as e2e from "./e2e.mjs";

const work = e2e.workFolder("disk");
const mounted = [];
const call = (command, ...args) => spawnSync(command, args, { encoding: "utf8" });
process.prependListener("exit", () => mounted.reverse().forEach((folder) => call("umount", "-l", folder)));
function mount(folder, bytes) {
  mkdirSync(folder, { recursive: true });
  const done = call("mount", "-t", "tmpfs", "-o", `size=${bytes}`, "wardheat-test", folder);
  if (done.status !== 0) e2e.skip(`a tmpfs cannot be mounted here: ${(done.stderr ?? "").trim()}`);
  mounted.push(folder);
}
const remount = (folder, options) => {
  const done = call("mount", "-o", `remount,${options}`, folder);
  if (done.status !== 0) throw new Error(`mount -o remount,${options}: ${done.stderr}`);
};
const used = (folder) => {
  const info = statfsSync(folder);
  return (info.blocks - info.bfree) * info.bsize;
};

const small = e2e.edits(e2e.withOneTheme, e2e.withCoarseCells, e2e.withoutOutput("tiles"), e2e.withoutOutput("print"), e2e.withoutOutput("dashboard"));
const large = e2e.edits(e2e.withOneTheme, e2e.withCoarseCells, e2e.withTiles(12), e2e.withoutOutput("dashboard"), e2e.withoutOutput("print"));
const folder = join(work, "council"), disk = join(work, "disk");
mount(disk, "64m");
mkdirSync(folder);
const config = e2e.makeCouncil(folder, small), smallText = readFileSync(config, "utf8");
const largeText = (() => (e2e.makeCouncil(folder, large), readFileSync(config, "utf8")))();
const to = (text, part) => e2e.edits(
  (all) => (part === "publish" ? e2e.replaced(all, "to: publish/", `to: ${disk}/publish/`) : all),
  (all) => (part === "state" ? e2e.replaced(all, "state: state/", `state: ${disk}/state/`) : all))(text);
const write = (text) => writeFileSync(config, text);
const settled = (publish) => new Map([...e2e.tree(publish)].filter(([path]) => !/^status\.(json|html)$/.test(path)));

function standsAfter(what, publish, before, code, wanted, err) {
  e2e.equal(code, wanted, `${what} (${err.trim()})`);
  e2e.check(/^wardheat: .+/m.test(err), `${what}: a sentence`);
  e2e.equal(e2e.differences(before, settled(publish)).join("; "), "", `${what}: nothing else changed`);
  e2e.equal(e2e.releaseFaults(join(publish, "current")).join("; "), "", `${what}: the old release is whole`);
}

// The publish folder's disk is full. First how much a larger release needs, then less than that, by many sizes.
const publish = join(disk, "publish");
write(to(smallText, "publish"));
e2e.mustRun(config);
const smallBytes = used(disk);
write(to(largeText, "publish"));
e2e.mustRun(config, "2026-11-04");
const largeBytes = used(disk) - smallBytes;
rmSync(publish, { recursive: true });
rmSync(join(folder, "state"), { recursive: true });
write(to(smallText, "publish"));
e2e.mustRun(config);
write(to(largeText, "publish"));
const old = settled(publish), oldBytes = used(disk);
for (const share of [0, 0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97]) {
  const room = Math.floor(largeBytes * share / 4096) * 4096;
  remount(disk, `size=${oldBytes + room}`);
  const ended = e2e.nightly(config, "2026-11-04");
  standsAfter(`a disk with room for ${Math.round(share * 100)} % of a release`, publish, old, ended.code, 5, ended.err);
}
remount(disk, "size=64m");

// A read-only publish folder.
remount(disk, "ro");
const readOnly = e2e.nightly(config, "2026-11-04");
standsAfter("a read-only publish folder", publish, old, readOnly.code, 5, readOnly.err);
remount(disk, "rw");

// releases/ and staging/ on two file systems: no rename could swap them.
mount(join(publish, "staging"), "8m");
const split = e2e.nightly(config, "2026-11-04");
e2e.equal(split.code, 3, `staging on another file system (${split.err.trim()})`);
e2e.check(/one file system/.test(split.err), `staging on another file system says so: ${split.err}`);
call("umount", mounted.pop());
e2e.equal(e2e.releaseFaults(join(publish, "current")).join("; "), "", "the old release beside a split publish folder");

// With room again all is well; publish/ and state/ may be on different file systems.
e2e.mustRun(config, "2026-11-04");
e2e.equal(e2e.releaseFaults(join(publish, "current")).join("; "), "", "the release after a full disk");
e2e.equal(e2e.stagingOf(publish).join(), "", "staging after a full disk");

// A limit on the size of files (ulimit -f, in KiB): a failed write, not a death by signal.
const whole = settled(publish);
for (const limit of [4, 40, 150]) {
  const limited = spawnSync("bash", ["-c", 'ulimit -f "$0"; exec "$@"', String(limit), e2e.program, "run", config, "--as-of", "2026-11-05"], { encoding: "utf8" });
  standsAfter(`files of at most ${limit} KiB`, publish, whole, limited.status, 5, limited.stderr);
}
// Whoever reads the log has gone: the run goes on.
const alone = e2e.startRun(config, "2026-11-05");
alone.child.stderr.destroy();
e2e.equal((await alone.ended).code, 0, "a run whose log nobody reads");
e2e.check(e2e.currentId(publish).startsWith("2026-11-05"), "and publishes");

// The state's disk is full: the same.
const local = join(folder, "publish");
rmSync(disk + "/publish", { recursive: true });
write(to(smallText, "state"));
e2e.mustRun(config);
// With another source file the state must grow: by steps there is room for more of it, until there is enough. The first runs fail
// while they read, the last when all but the commit is done.
const stood = settled(local), stateBytes = used(disk), STEP = 131072;
const lines = readFileSync(join(folder, "crm/crm-2026.csv"), "latin1").split("\n");
const rows = lines.slice(1).filter((line) => /^CRM[^,]*,/.test(line)).map((line, i) => line.replace(/^[^,]*/, `LATER-${i}`));
writeFileSync(join(folder, "crm/crm-later.csv"), [lines[0], ...rows].join("\n"), "latin1");
let n_full = 0;
for (let room = 0, isFull = true; isFull; room += STEP) {
  remount(disk, `size=${stateBytes + room}`);
  const ended = e2e.nightly(config, "2026-11-05");
  isFull = ended.code !== 0;
  n_full += isFull ? 1 : 0;
  if (isFull) standsAfter(`a state's disk with ${room} bytes left`, local, stood, ended.code, 5, ended.err);
  if (room > 200 * STEP) throw new Error("the state's disk was never large enough");
}
e2e.check(n_full >= 3, `${n_full} runs found the state's disk full`);
e2e.check(existsSync(join(local, "current/manifest.json")), "a run with room again publishes");
e2e.finish("full, read-only and split disks");
