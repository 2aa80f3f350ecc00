// What the generator planted and truth.json lists is found where it is, and nothing else: neither a dense estate with an ordinary
// rate (truth: "population") nor the town hall's coordinates.
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as e2e from "./e2e.mjs";

const work = e2e.workFolder("truth");
const folder = join(work, "borough");
cpSync(join(e2e.root, "fixtures/borough"), folder, { recursive: true, filter: (from) => !["state", "publish"].includes(basename(from)) });
const config = join(folder, "council.yaml");
const edit = e2e.edits(e2e.withoutOutput("tiles"), e2e.withoutOutput("print"), e2e.withoutOutput("dashboard"));
const lists = "\nnotes: notes.csv\nactions: actions.csv\n";
writeFileSync(config, edit(readFileSync(config, "utf8")) + lists);
writeFileSync(join(folder, "notes.csv"), "hotspot,note,by\nnoise-e3562-n4386,Two houses,Cllr Jones\n");
writeFileSync(join(folder, "actions.csv"), "hotspot,date,action\nnoise-e3562-n4386,2026-10-01,Warning letters\nnoise-e1-n2,2026-10-01,Nothing\n");
const truth = JSON.parse(readFileSync(join(folder, "truth.json"), "utf8"));
const ran = e2e.mustRun(config, truth.as_of);
e2e.check(/actions\.csv:3: no hot spot of this run is or came from noise-e1-n2/.test(ran.err) && !/notes\.csv:/.test(ran.err),
  `a row of a hot spot that there is not is named, and no other: ${ran.err}`);

const manifest = e2e.manifestOf(join(folder, "publish"));
const layer = (edition, name) =>
  JSON.parse(readFileSync(join(folder, "publish/current", edition, "geojson", `${name}.geojson`), "utf8")).features;
const planted = (id) => truth.hotspots.find((spot) => spot.id === id);
const bandwidth = (theme) => Number(manifest.parameters[`${theme}.bandwidth_m`]);

// Metres from a place to the 100 m square of the peak, which is in a hot spot's id ("noise-e3562-n4386").
function distance(spot, x, y) {
  const [, east, north] = /-e(\d+)-n(\d+)/.exec(spot.properties.id).map(Number);
  const away = (at, from) => Math.max(from - at, at - (from + 100), 0);
  return Math.hypot(away(x, east * 100), away(y, north * 100));
}
const near = (edition, place, theme = place.theme) => layer(edition, "hotspots")
  .filter((spot) => spot.properties.theme === theme && distance(spot, place.x, place.y) <= bandwidth(theme));
const isLive = (spot) => spot.properties.trend !== "gone";

for (const edition of ["officer", "public"]) {
  const growing = near(edition, planted("growing")).filter(isLive);
  e2e.equal(growing.length, 1, `${edition}: one hot spot where the growing one is planted`);
  e2e.check(growing.every((spot) => ["growing", "new"].includes(spot.properties.trend)), `${edition}: it grows: ${growing[0]?.properties.trend}`);
  e2e.check(growing.every((spot) => planted("growing").streets.some((street) => spot.properties.name.includes(street))),
    `${edition}: named after one of its streets: ${growing[0]?.properties.name}`);

  const resolved = near(edition, planted("resolved"));
  e2e.equal(resolved.filter(isLive).length, 0, `${edition}: no hot spot where one is resolved`);
  e2e.equal(resolved.length, 1, `${edition}: the resolved one is listed as gone`);

  const steady = near(edition, planted("steady")).filter(isLive);
  e2e.equal(steady.length, 1, `${edition}: one hot spot where the steady one is planted`);
  e2e.equal(steady[0]?.properties.trend, "steady", `${edition}: it is steady`);
  const parts = layer(edition, "hotspots-by-ward").filter((part) => part.properties.hotspot === steady[0]?.properties.id)
    .map((part) => part.properties.ward_code);
  for (const ward of planted("steady").wards) e2e.check(parts.includes(ward), `${edition}: the steady one has a part in ${ward}: ${parts}`);

  const quiet = near(edition, { ...planted("quiet-centre"), }).filter(isLive)
    .filter((spot) => distance(spot, planted("quiet-centre").x, planted("quiet-centre").y) === 0);
  e2e.equal(quiet.length, 0, `${edition}: no hot spot peaks in the quiet centre`);
}

// Against addresses nothing else is one, in any theme: not the estate, not the town hall, not chance.
for (const edition of ["officer", "public"]) {
  const live = layer(edition, "hotspots").filter(isLive);
  const known = ["growing", "steady"].map(planted);
  for (const spot of live) {
    const { theme, count, expected, ratio, ratio_low, ratio_high, q } = spot.properties;
    e2e.check(known.some((place) => place.theme === theme && distance(spot, place.x, place.y) <= bandwidth(theme)),
      `${edition}: ${spot.properties.id} was planted`);
    e2e.check(q <= 0.05 && ratio >= 1.3 && ratio_low <= ratio && ratio <= ratio_high, `${edition}: ${spot.properties.id}: q ${q}, ratio ${ratio}`);
    e2e.check(Math.abs(ratio - count / expected) <= 0.05 * ratio, `${edition}: ${spot.properties.id}: ${count} over ${expected} is ${ratio}`);
  }
  for (const id of ["population", "default-location"]) {
    const place = planted(id);
    e2e.equal(live.filter((spot) => distance(spot, place.x, place.y) <= place.radius_m).length, 0, `${edition}: hot spots at ${id}`);
  }
}
for (const theme of manifest.themes) {
  e2e.equal(theme.relative_to, "addresses", `${theme.id} is relative to`);
  // A few stand on the border, which the ward layer gives to the decimetre.
  e2e.check(Math.abs(theme.base_total - truth.addresses) <= truth.addresses / 1000, `${theme.id}: ${theme.base_total} of ${truth.addresses} addresses`);
}

// Every hot spot has its evidence, for officers alone; its numbers are those of the table.
const evidence = (name) => JSON.parse(readFileSync(join(folder, "publish/current/officer/evidence", `${name}.json`), "utf8"));
for (const spot of layer("officer", "hotspots")) {
  const sheet = evidence(spot.properties.id);
  e2e.equal(sheet.observed, spot.properties.count, `${sheet.id}: observed`);
  e2e.check(Math.abs(sheet.expected - spot.properties.expected) <= 0.05, `${sheet.id}: expected ${sheet.expected}`);
  e2e.equal(Object.values(sheet.placed_by).reduce((sum, n) => sum + n, 0), sheet.observed, `${sheet.id}: requests by how they were placed`);
  e2e.equal(sheet.wards.reduce((sum, ward) => sum + ward.count, 0), sheet.observed, `${sheet.id}: requests by ward`);
  e2e.check(sheet.overdue <= sheet.open && sheet.open <= sheet.observed, `${sheet.id}: ${sheet.overdue} overdue of ${sheet.open} open`);
  if (!isLive(spot)) continue;
  e2e.equal(sheet.robustness.firmness, spot.properties.firmness, `${sheet.id}: firmness`);
  e2e.equal(sheet.robustness.firmness, "firm", `${sheet.id}: what is planted is firm`);
  e2e.check(sheet.lowest_p <= sheet.q && sheet.gi_star.z > 2 && sheet.scan.p <= 0.05, `${sheet.id}: every method calls it`);
  e2e.check(sheet.top_streets.length === 5 && sheet.top_streets[0].requests >= sheet.top_streets[4].requests, `${sheet.id}: streets`);
  e2e.equal(sheet.history.at(-1).count, sheet.observed, `${sheet.id}: tonight's count ends its history`);
}
// `explain --hotspot` finds a hot spot again, and shows its arithmetic. (In a scratch folder in memory, where there is one.)
const explain = (id) => e2e.run(["explain", config, "--hotspot", id], { env: existsSync("/dev/shm") ? { TMPDIR: "/dev/shm" } : {} });
{
  const explained = explain("noise-e3562-n4386");
  e2e.equal(explained.code, 0, `explain --hotspot: ${explained.err}`);
  for (const what of ["count", "per_km2", "expected", "ratio", "ratio_low", "ratio_high", "q"])
    e2e.check(new RegExp(`^ *${what} .*, as published$`, "m").test(explained.out), `explain: ${what}: ${explained.out}`);
  for (const what of [/rank [\d.e-]+ among [\d.]+ independent cells/, /\d+ of 200 draws/, /Gi\* .*z = [\d.]+, p = /, /log likelihood ratio = .* = \d+\.\d{6}; p = /,
    /PAI = share of requests/, /in 33 days before \d+, after \d+; elsewhere/, /all \d+ numbers of officer\/evidence\/noise-e3562-n4386.json come out the same/])
    e2e.check(what.test(explained.out), `explain says ${what}: ${explained.out}`);
}
{
  const table = join(folder, "publish/current/officer/tables/hotspots.csv"), honest = readFileSync(table, "utf8");
  const low = layer("officer", "hotspots").find((one) => one.properties.id === "noise-e3562-n4386").properties.ratio_low;
  writeFileSync(table, e2e.replaced(honest, new RegExp(`^(noise-e3562-n4386,.*),${low},`, "m"), "$1,9.99,"));
  const caught = explain("noise-e3562-n4386");
  e2e.equal(caught.code, 1, "a number that was changed does not follow");
  e2e.check(caught.out.includes('but published is "9.99"'), `and is named: ${caught.out}`);
  writeFileSync(table, honest);
  e2e.equal(explain("noise-e1-n1").code, 2, "an id that there is not");
}
e2e.check(!existsSync(join(folder, "publish/current/public/evidence")), "the public has no evidence sheets");
const letters = evidence("noise-e3562-n4386");
e2e.equal(letters.notes[0]?.by, "Cllr Jones", "the note is joined");
e2e.equal(letters.emerging.class, "persistent hot spot", "the steady one is persistent");
e2e.check(/new|consecutive/.test(evidence(near("officer", planted("growing"))[0].properties.id).emerging.class), "the growing one is new or consecutive");
const [action] = letters.actions;
e2e.check(action?.days === 33 && action.ratio_limits[0] < 1 && action.ratio_limits[1] > 1 && action.words === "could be chance",
  `the action changed nothing: ${JSON.stringify(action)}`);
const noise = evidence("theme-noise");
e2e.check(noise.does_it_predict.forecasts.length >= 2 && noise.does_it_predict.sensitivity.length === 5, "forecasts are judged");
for (const { forecast, pai, pai_limits: [low, high], pei, pei_limits } of noise.does_it_predict.forecasts)
  e2e.check(low <= pai && pai <= high && pei_limits[0] <= pei && pei <= pei_limits[1], `${forecast}: limits hold the figure`);
e2e.equal(noise.emerging.classes.length, 17, "seventeen classes");
e2e.equal(noise.near_repeats.bands.length, 16, "bands of near repeats");

// The default location is withheld: none of its requests is mapped, in no theme.
const town_hall = planted("default-location");
const state = manifest.sources.map((source) => source.state);
const withheld = state.reduce((sum, ledger) => sum + ledger.withheld_default, 0);
e2e.equal(withheld, town_hall.count, "requests withheld at the default location");
for (const spot of layer("officer", "hotspots").filter(isLive))
  e2e.check(distance(spot, town_hall.x, town_hall.y) > 0, `${spot.properties.id} peaks at the default location`);

// The ledger is the one that the generator knows.
for (const source of manifest.sources) {
  const wanted = truth.ledger[source.id];
  for (const key of Object.keys(wanted)) e2e.equal(source.rows[key], wanted[key], `${source.id}: rows ${key}`);
}
e2e.finish("planted hot spots");
