// What the generator planted and truth.json lists is found where it is, and nothing else: neither a dense estate with an ordinary
// rate (truth: "population") nor the town hall's coordinates.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as e2e from "./e2e.mjs";

const work = e2e.workFolder("truth");
const folder = join(work, "borough");
cpSync(join(e2e.root, "fixtures/borough"), folder, { recursive: true, filter: (from) => !["state", "publish"].includes(basename(from)) });
const config = join(folder, "council.yaml");
const edit = e2e.edits(e2e.withoutOutput("tiles"), e2e.withoutOutput("print"), e2e.withoutOutput("dashboard"));
writeFileSync(config, edit(readFileSync(config, "utf8")));
const truth = JSON.parse(readFileSync(join(folder, "truth.json"), "utf8"));
e2e.mustRun(config, truth.as_of);

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
