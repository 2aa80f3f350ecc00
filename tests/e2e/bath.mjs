// A real council on real open data (bath.yaml): the ledger agrees with what the data's README says, and postcodes are placed in
// the ward that their own column names. Pages and tiles are left out here, for time; `wardheat run tests/e2e/bath.yaml` makes them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as e2e from "./e2e.mjs";

const data = process.env.WARDHEAT_DATA ?? join(e2e.root, "../shared/data");
const bath = join(data, "bath");
if (!existsSync(bath)) e2e.skip(`no ${bath} (set WARDHEAT_DATA): the real council is NOT tested`);
const work = e2e.workFolder("bath");
const config = join(work, "council.yaml");

// Besides the config's two sources: every postcode as a request that has nothing but its postcode; the category is its ward.
const postcodes = JSON.parse(readFileSync(join(bath, "gazetteer/os_postcodes.geojson"), "utf8")).features.map((one) => one.properties);
const oracle = join(work, "postcodes.csv");
writeFileSync(oracle, ["ref,type,opened,pc", ...postcodes.map(({ pc, wc }) => `${pc},${wc},2019-11-01,${pc}`)].join("\n") + "\n");
const source = `  - id: postcodes
    path: ${oracle}
    fields: {reference: ref, opened: opened, category: type, postcode: pc}

themes:
`;
writeFileSync(config, e2e.edits(
  (text) => e2e.replaced(text, /(\.\.\/)+shared\/data/g, data),
  (text) => e2e.replaced(text, /(\.\.\/)+build\/e2e-bath/g, work),
  (text) => e2e.replaced(text, /^themes:\n/m, source),
  e2e.withoutOutput("tiles"), e2e.withoutOutput("print"), e2e.withoutOutput("dashboard"),
)(readFileSync(join(e2e.root, "tests/e2e/bath.yaml"), "utf8")));

const ended = e2e.mustRun(config, "2019-12-01");
e2e.check(/^published 2019-12-01-/m.test(ended.err), `it publishes: ${ended.err}`);
const publish = join(work, "publish");
e2e.equal(e2e.releaseFaults(join(publish, "current")).join("; "), "", "the release");
const manifest = e2e.manifestOf(publish);
const [requests, police, places] = ["requests", "police", "postcodes"].map((id) => manifest.sources.find((one) => one.id === id));
const inWard = ({ state }) => state.mapped + state.withheld_sensitive + state.withheld_default;

e2e.equal(requests.rows.read, 5000, "requests read");
e2e.equal(inWard(requests), 4997, "requests in a ward");
e2e.equal(requests.state.outside, 3, "requests outside");

// A row is a duplicate when every mapped field equals an earlier row's of that crime: counted here by another reader.
const seen = new Set();
let repeated = 0, repeatedHere = 0;
for (const name of readdirSync(join(bath, "requests/police"))) {
  const [head, ...rows] = readFileSync(join(bath, "requests/police", name), "utf8").replace(/^\ufeff/, "").trim().split(/\r?\n/);
  const column = Object.fromEntries(head.split(",").map((title, i) => [title, i]));
  for (const row of rows) {
    const cells = row.split(",");
    const key = ["Crime ID", "Month", "Longitude", "Latitude", "Location", "Crime type", "Last outcome category"].map((title) => cells[column[title]]).join("|");
    if (cells[column["Crime ID"]] !== "" && seen.has(key)) {
      repeated++;
      if (cells[column["LSOA name"]].startsWith("Bath and North East Somerset")) repeatedHere++;
    }
    seen.add(key);
  }
}
e2e.equal(police.rows.read, 69096, "police rows read");
e2e.equal(police.rows.duplicate, repeated, "police rows that are duplicates");
e2e.equal(inWard(police) + repeatedHere, 5687, "police rows in the council");
e2e.equal(police.rows.unreadable, 0, "police rows that could not be read");

e2e.equal(places.rows.read, 5783, "postcodes read");
e2e.equal(places.placed.by_postcode, 5783, "postcodes placed by the gazetteer");
const placed = JSON.parse(readFileSync(join(publish, "current/officer/geojson/requests.geojson"), "utf8")).features
  .map((one) => one.properties).filter((one) => one.source === "postcodes");
e2e.equal(placed.filter((one) => one.category === one.ward_code && one.method === "postcode").length, 5783, "postcodes in the ward that they name");

// What was chosen from real data: within what a map of wards may have, with its reason.
for (const theme of manifest.themes) {
  e2e.check(theme.bandwidth_m >= 150 && theme.bandwidth_m <= 800, `${theme.id}: a bandwidth of 150 to 800 m, not ${theme.bandwidth_m}`);
  e2e.check(/; chosen on 20\d\d-\d\d-\d\d$/.test(theme.bandwidth_why), `${theme.id}: why that bandwidth: ${theme.bandwidth_why}`);
}
const grid = manifest.transforms.filter((one) => one.uses_grid && one.is_best);
e2e.equal(grid.length, manifest.transforms.filter((one) => !/EPSG:27700 to EPSG:27700/.test(one.what)).length, "transforms by the OSTN15 grid");
e2e.finish("Bath & North East Somerset");
