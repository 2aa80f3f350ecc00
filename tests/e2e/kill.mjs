// kill -9 at random instants of a run: `current` is always one whole release, the next run succeeds, and no litter stays.
// WARDHEAT_KILLS sets how many (60); the seed is printed.
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as e2e from "./e2e.mjs";

const KILLS = Number(process.env.WARDHEAT_KILLS ?? 60);
const work = e2e.workFolder("kill");
const random = e2e.randomNumbers("kill");
const light = e2e.edits(e2e.withOneTheme, e2e.withCoarseCells, e2e.withTiles(11), e2e.withoutOutput("print"), e2e.withoutOutput("dashboard"));
const heavy = e2e.edits(e2e.withOneTheme, e2e.withCoarseCells, e2e.withTiles(11));
const day = (n) => new Date(Date.UTC(2026, 10, 3 + n)).toISOString().slice(0, 10);
const hits = new Map();

// A run that is killed `after` ms, counted from its start or from the moment it says that the stage `stage` is done.
async function killed(config, asOf, stage, after) {
  const { child, ended } = e2e.startRun(config, asOf, ["--verbose", "--jobs", "1"]);
  let timer, said = "";
  const shoot = () => (timer ??= setTimeout(() => child.kill("SIGKILL"), after));
  if (stage === null) shoot();
  child.stderr.on("data", (text) => {
    said += text;
    if (stage !== null && said.includes(`wardheat: ${stage}: `)) shoot();
  });
  const how = await ended;
  clearTimeout(timer);
  const done = [...said.matchAll(/^wardheat: ([a-z' ]+): \d+\.\d+ s, /gm)].map((match) => match[1]);
  return { ...how, stage: done.at(-1) ?? "start" };
}

async function council(name, edit, kills) {
  const folder = join(work, name);
  mkdirSync(folder);
  const config = e2e.makeCouncil(folder, edit), publish = join(folder, "publish");
  let n = 0;
  e2e.mustRun(config, day(n++));
  const measured = e2e.mustRun(config, day(n++)), seconds = measured.seconds;
  let asOf = day(n++);
  for (let i = 0; i < kills; ) {
    const before = e2e.currentId(publish);
    // Most at any instant; some on purpose in the stages that are short: publishing and keeping the state.
    const stage = i % 4 === 3 ? "noting" : null;
    const how = await killed(config, asOf, stage, stage === null ? random() * seconds * 1000 : random() * 25);
    if (how.signal !== "SIGKILL") {
      e2e.equal(how.code, 0, `${name}, ${asOf}: a run that was not hit (${how.err})`);
      asOf = day(n++);
      continue; // the shot came too late: not one of those
    }
    i++;
    hits.set(how.stage, (hits.get(how.stage) ?? 0) + 1);
    const after = e2e.currentId(publish), where = `${name}, ${asOf}, killed after ${how.stage}`;
    e2e.check(after !== null && (after === before || after.startsWith(asOf)), `${where}: current was ${before}, is ${after}`);
    e2e.equal(e2e.releaseFaults(join(publish, "current")).join("; "), "", `${where}: current is whole`);
    e2e.check(e2e.stagingOf(publish).length <= 1, `${where}: staging holds ${e2e.stagingOf(publish)}`);
    // Half of the time the run that follows is killed as well.
    if (i < kills && random() < 0.5) continue;
    const next = e2e.nightly(config, asOf, ["--jobs", "1"]);
    e2e.equal(next.code, 0, `${where}: the next run (${next.err})`);
    e2e.check(e2e.currentId(publish)?.startsWith(asOf), `${where}: the next run publishes ${asOf}, not ${e2e.currentId(publish)}`);
    e2e.equal(e2e.stagingOf(publish).join(), "", `${where}: staging after the next run`);
    e2e.check(!existsSync(join(folder, "state/wardheat.db-journal")), `${where}: a journal is left`);
    asOf = day(n++);
  }
  for (const id of readdirSync(join(publish, "releases")))
    e2e.equal(e2e.releaseFaults(join(publish, "releases", id)).join("; "), "", `${name}: release ${id}`);
  const extra = readdirSync(publish).filter((file) => !["current", "releases", "staging", "status.html", "status.json"].includes(file));
  e2e.equal(extra.join(), "", `${name}: litter in the publish folder`);
}

// Two at once, each on its own council; the last few draw pages and the dashboard as well.
const few = Math.ceil(KILLS / 50), half = Math.floor((KILLS - few) / 2);
await Promise.all([council("left", light, half), council("right", light, KILLS - few - half)]);
await council("drawn", heavy, few);
console.log("killed after:", [...hits].map(([stage, n]) => `${stage} ${n}`).join(", "));
e2e.check(["staging", "public files", "leak check"].some((stage) => hits.has(stage)), "some kills hit the drawing");
e2e.check(hits.has("noting") || hits.has("publishing"), "some kills hit the publishing");
e2e.finish(`${KILLS} kills`);
