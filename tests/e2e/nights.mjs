// What one night leaves to the next: the public part that is carried over, a state that a killed run left behind, sources that
// leave the config, runs that are held back, and dry runs that change nothing at all.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as e2e from "./e2e.mjs";

const work = e2e.workFolder("nights");
const folder = join(work, "council"), publish = join(folder, "publish"), state = join(folder, "state");
mkdirSync(folder);
const config = e2e.makeCouncil(folder, e2e.edits(e2e.withOneTheme, e2e.withCoarseCells, e2e.withTiles(10),
  e2e.withoutOutput("print"), e2e.withoutOutput("dashboard")));
const text = readFileSync(config, "utf8");
const publicPart = () => e2e.tree(join(publish, "current/public"));
const unchanged = (what, act) => {
  const before = e2e.tree(folder);
  act();
  e2e.equal(e2e.differences(before, e2e.tree(folder)).join("; "), "", `${what} changes nothing at all`);
};

// A dry run before anything was ever published, and one after; what it says is what the run then does.
const scratch = join(work, "tmp");
mkdirSync(scratch);
const dry = (asOf) => e2e.mustRun(config, asOf, ["--dry-run"], { env: { TMPDIR: scratch } });
unchanged("a first dry run", () => {
  const said = dry("2026-10-20");
  e2e.check(/would publish 2026-10-20-/.test(said.err), `a dry run says what it would publish: ${said.err}`);
});
e2e.equal(readdirSync(scratch).join(), "", "a dry run's scratch folder");
const would = /would publish (\S+):/.exec(dry("2026-10-20").err)[1];
e2e.mustRun(config, "2026-10-20");
e2e.equal(e2e.currentId(publish), would, "the release that the dry run named");
unchanged("a later dry run", () => dry("2026-10-21"));

// Within a month the public part is carried over, byte by byte; the next month makes a new one.
const october = publicPart();
const second = e2e.mustRun(config, "2026-10-21");
e2e.check(/carried over/.test(second.err), `the public part is carried over: ${second.err}`);
e2e.equal(e2e.differences(october, publicPart()).join("; "), "", "the public part within a month");
const before = join(work, "state-before");
cpSync(state, before, { recursive: true });
const third = e2e.mustRun(config, "2026-11-03");
e2e.check(!/carried over/.test(third.err), `a new month has a new public part: ${third.err}`);
const november = publicPart();
e2e.check(e2e.differences(october, november).length > 0, "a new month's public part differs");

// Killed between the swap of `current` and the commit: the state knows nothing of November. The next run mends that.
cpSync(before, state, { recursive: true, force: true });
const mended = e2e.mustRun(config, "2026-11-03");
e2e.check(/nothing new/.test(mended.err), `the release that stands is recognised: ${mended.err}`);
const fourth = e2e.mustRun(config, "2026-11-04");
e2e.check(/carried over/.test(fourth.err), `and its public part is carried over: ${fourth.err}`);
e2e.equal(e2e.differences(november, publicPart()).join("; "), "", "the public part after a mended state");

// A source that leaves the config takes its requests with it.
const count = (id) => e2e.manifestOf(publish).sources.find((source) => source.id === id)?.state.requests;
const crm = count("crm");
writeFileSync(config, e2e.replaced(text, /\n  # Street-level crime[\s\S]*?(?=\n# What maps are about)/, "\n"));
const fifth = e2e.mustRun(config, "2026-11-05");
e2e.check(/requests of sources that the config does not name/.test(fifth.err), `requests that went are counted: ${fifth.err}`);
e2e.equal(count("police"), undefined, "a source that left the config");
e2e.equal(count("crm"), crm, "requests of the sources that stay");
writeFileSync(config, text);

// Held back: exit 8, the release stands, and the status page says why and how old the map is.
const stands = e2e.currentId(publish);
writeFileSync(config, e2e.replaced(text, "min_placed: 0.85", "min_placed: 0.9999"));
const held = e2e.nightly(config, "2026-11-06");
e2e.equal(held.code, 8, `a run below its gate (${held.err})`);
e2e.equal(e2e.currentId(publish), stands, "the release beside a run that was held back");
const status = JSON.parse(readFileSync(join(publish, "status.json"), "utf8"));
e2e.equal(status.ok, false, "status.json ok");
e2e.equal(status.as_of, "2026-11-05", "status.json as_of");
e2e.check(/quality.min_placed/.test(status.why_not), `status.json says why: ${status.why_not}`);
writeFileSync(config, text);

// The run's own log, and figures for monitoring.
const runs = readdirSync(join(state, "runs")).map((name) => JSON.parse(readFileSync(join(state, "runs", name), "utf8")));
e2e.check(runs.length > 0 && runs.every((one) => one.stages.length > 3 && one.seconds > 0 && one.peak_memory_mb > 1), "state/runs has stages");
e2e.check(runs.some((one) => one.exit_code === 8 && /min_placed/.test(one.why_not)), "state/runs has the run that was held back");
const metrics = readFileSync(join(state, "metrics.prom"), "utf8");
e2e.check(/^wardheat_run_exit_code 8$/m.test(metrics), "metrics.prom has the exit code");
e2e.check(metrics.split("\n").every((line) => line === "" || /^# (HELP|TYPE) \w+ .+$/.test(line) ||
  /^\w+(\{\w+="[^"\\]*"(,\w+="[^"\\]*")*\})? -?[0-9.e+-]+$/.test(line)), "metrics.prom is in the text format");
e2e.check(!existsSync(join(publish, "current/public/status.json")), "the status is not in the public part");
e2e.finish("one night after the other");
