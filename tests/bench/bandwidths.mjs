// Which selector foretells the next period best, on every data set that there is: the table of docs/density.md.
//   node tests/bench/bandwidths.mjs [FIXTURE_REQUESTS.geojson]
// Open data comes from ../shared/data (or WARDHEAT_DATA); the fixture's placed requests from a release's officer/geojson/requests.geojson.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const data = process.env.WARDHEAT_DATA ?? join(root, "../shared/data");
const work = mkdtempSync(join(tmpdir(), "bandwidths-"));

// Rows of a CSV as objects; quotes may hold commas and line ends.
function csv(path) {
  const rows = [[]];
  for (const m of readFileSync(path, "utf8").replace(/^\ufeff/, "").matchAll(/("(?:[^"]|"")*"|[^,"\r\n]*)(,|\r?\n|$)/g)) {
    rows.at(-1).push(m[1].startsWith('"') ? m[1].slice(1, -1).replaceAll('""', '"') : m[1]);
    if (m[2] !== ",") rows.push([]);
    if (m[2] === "") break;
  }
  const [names, ...rest] = rows;
  return rest.filter((row) => row.length === names.length).map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])));
}

const sets = [];
const add = (name, rows, areas, crs, periods, cell) => sets.push({ name, rows, areas, crs, periods, cell });

const bath = join(data, "bath/boundaries/ons_ward_2011.geojson");
const requests = csv(join(data, "bath/requests/BANES_Environmental_Protection_Service_Requests.csv"))
  // 210 of 5,000 stand at one spot, where the council enters what has no place.
  .filter((r) => r.Longitude && !(r.Latitude.startsWith("51.39117141502") && r.Longitude.startsWith("-2.39614282645")))
  .map((r) => ({ type: r.Type, x: r.Longitude, y: r.Latitude, day: r.ReceivedDate.slice(0, 10).split("/").reverse().join("-") }));
for (const [name, type] of [["Bath: noise", "Noise complaint"], ["Bath: waste", "Accumulations (including refuse & litter"],
  ["Bath: bonfires", "Bonfires"], ["Bath: rats", "Rat Complaint"], ["Bath: all requests", null]])
  add(name, requests.filter((r) => type === null || r.type === type), bath, "EPSG:4326", 5, 25);

const police = readdirSync(join(data, "bath/requests/police")).sort().flatMap((file) => csv(join(data, "bath/requests/police", file)))
  .filter((r) => r["LSOA name"].startsWith("Bath and North East"));
for (const type of ["Anti-social behaviour", "Burglary", "Criminal damage and arson", "Shoplifting", "Vehicle crime", "Violence and sexual offences"])
  add(`Bath: ${type.toLowerCase()}`, police.filter((r) => r["Crime type"] === type)
    .map((r) => ({ x: r.Longitude, y: r.Latitude, day: `${r.Month}-15` })), bath, "EPSG:4326", 5, 25);

const accidents = new Map(csv(join(data, "bath/requests/BANES_Subset_Of_Road_Safety_Data_Location_Fixed.csv")).map((r) => [r.accident_ref, r]));
add("Bath: road accidents", [...accidents.values()].filter((r) => r.location_easting_osgr).map((r) => ({ x: r.location_easting_osgr,
  y: r.location_northing_osgr, day: r.date.slice(0, 10).replace(/(\d+)\/(\d+)\/(\d+)/, "$3-$1-$2") })), bath, "EPSG:27700", 8, 25);

if (process.argv[2]) {
  const placed = JSON.parse(readFileSync(process.argv[2], "utf8")).features;
  for (const [name, ...categories] of [["fly-tipping", "fly tipping", "fly-tipping"], ["noise", "noise", "noise nuisance"],
    ["potholes", "pothole", "potholes"], ["anti-social behaviour", "anti-social behaviour", "criminal damage and arson"]])
    add(`Fixture: ${name}`, placed.filter((f) => categories.includes(f.properties.category.toLowerCase()))
      .map((f) => ({ x: f.geometry.coordinates[0], y: f.geometry.coordinates[1], day: f.properties.opened.slice(0, 10) })),
    join(root, "fixtures/borough/wards.geojson"), "EPSG:4326", 4, 20);
}

const columns = ["next-likelihood", "isj", "diggle", "likelihood", "next-pai", "silverman"];
const table = [];
for (const set of sets) {
  const path = join(work, "points.csv");
  writeFileSync(path, `x,y,day\n${set.rows.map((r) => `${r.x},${r.y},${r.day}`).join("\n")}\n`);
  const out = execFileSync(join(root, "scripts/bench"), ["bandwidths", path, set.areas, set.crs, set.periods, set.cell].map(String), { encoding: "utf8" });
  console.log(`\n== ${set.name}\n${out}`);
  const rows = out.split("\n").map((line) => line.trim().split(/\s+/));
  const fixed = rows.filter((row) => row[0] === "fixed").map((row) => row.map(Number));
  const best = Math.max(...fixed.map((row) => row[3])), most = Math.max(...fixed.map((row) => row[5] || 0));
  const wide = fixed.find((row) => row[1] === 800), of = (name) => rows.find((row) => row[0] === name);
  table.push({ ...set, n: Number(/^(\d+) points inside/m.exec(out)[1]), best: fixed.find((row) => row[3] === best)[1], most,
    h: of("next-likelihood")[1], pai: of("next-likelihood")[5], wide: wide[5], loss: columns.map((name) => Number(of(name)[3]) - best) });
}
console.log(`| data | events | best fixed h | ${columns.join(" | ")} | h by next-likelihood | PAI 5 % there | at 800 m | best |`);
console.log(`|${"---|".repeat(columns.length + 7)}`);
for (const t of table)
  console.log(`| ${t.name} | ${t.n.toLocaleString("en")} | ${t.best} | ${t.loss.map((x) => x.toFixed(2)).join(" | ")} | ${t.h} | ${t.pai} | ${t.wide} | ${t.most} |`);
console.log(`| mean | | | ${columns.map((_, i) => (table.reduce((sum, t) => sum + t.loss[i], 0) / table.length).toFixed(3)).join(" | ")} | | | | |`);
