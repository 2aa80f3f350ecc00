// One run at a time: whoever comes second leaves at once with 6 and the holder's pid; the lock dies with its holder.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import * as e2e from "./e2e.mjs";

const work = e2e.workFolder("lock");
const folder = join(work, "council");
mkdirSync(folder);
const config = e2e.makeCouncil(folder, e2e.edits(e2e.withOneTheme, e2e.withCoarseCells, e2e.withTiles(12), e2e.withoutOutput("print")));

const first = e2e.startRun(config, e2e.AS_OF, ["--verbose"]);
await new Promise((begun) => first.child.stderr.on("data", (text) => String(text).includes("state:") && begun()));
for (let i = 0; i < 5; i++) {
  const second = e2e.nightly(config);
  e2e.equal(second.code, 6, `a second run (${second.err})`);
  e2e.check(second.err.includes(`process ${first.child.pid} `), `a second run names the process ${first.child.pid}: ${second.err}`);
  e2e.check(second.seconds < 1, `a second run leaves after ${second.seconds} s`);
}
const dry = e2e.nightly(config, e2e.AS_OF, ["--dry-run"]);
e2e.equal(dry.code, 6, `a dry run beside a run (${dry.err})`);
first.child.kill("SIGKILL");
e2e.equal((await first.ended).signal, "SIGKILL", "the first run");

// Many at once: the lock is free again, one has it, and nobody waits.
const many = Array.from({ length: 12 }, () => e2e.startRun(config));
const ended = await Promise.all(many.map((one) => one.ended));
e2e.equal(ended.filter((how) => how.code === 0).length >= 1, true, `one of many publishes: ${ended.map((how) => how.code)}`);
e2e.check(ended.every((how) => how.code === 0 || how.code === 6), `the others leave with 6: ${ended.map((how) => how.code)}`);
e2e.equal(e2e.releaseFaults(join(folder, "publish/current")).join("; "), "", "the release");
e2e.finish("one run at a time");
