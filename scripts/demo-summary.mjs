// usage: node demo-summary.mjs DEMO_DIR   Says in plain English what the demo's release read, placed and published.
import { readFileSync, realpathSync } from "node:fs";

const demo = process.argv[2];
const current = `${demo}/publish/current`;
const release = realpathSync(current);
const manifest = JSON.parse(readFileSync(`${release}/manifest.json`, "utf8"));
const table = JSON.parse(readFileSync(`${release}/public/geojson/hotspots.geojson`, "utf8"));

const number = (n) => n.toLocaleString("en-GB");
const sum = (part, key) => manifest.sources.reduce((total, source) => total + source[part][key], 0);
const read = sum("rows", "read");
const unreadable = sum("rows", "unreadable");
const repeated = sum("rows", "duplicate");
const requests = sum("state", "requests");
const count = (what) => manifest.files.filter((file) => what.test(file.path)).length;

const lines = [
  `${manifest.title} (invented) is published, as of ${manifest.as_of}.`,
  ``,
  `  read       ${number(read)} rows from ${manifest.sources.length} sources; ${number(unreadable)} could not be read (kept, with the reason,`,
  `             in ${demo}/state/unreadable/), ${number(repeated)} were repeats`,
  `  placed     ${number(sum("state", "mapped"))} of ${number(requests)} requests are on the maps; ${number(sum("state", "outside"))} lie outside the borough,`,
  `             ${number(sum("state", "withheld_default") + sum("state", "withheld_sensitive"))} are withheld (default locations, sensitive), ${number(sum("state", "not_placed"))} have no place`,
  `  published  ${number(count(/^public\/print\/.*\.pdf$/))} PDFs, ${number(count(/^public\/geojson\/.*\.geojson$/))} GeoJSON layers, ` +
    `${number(count(/^public\/tiles\/.*\.pmtiles$/))} tile sets and a dashboard: ${number(table.features.length)} hot spots in ${manifest.themes.length} themes`,
  ``,
  `Open:`,
  `  a ward's sheet ${current}/${manifest.files.find((file) => /^public\/print\/[^/]*\.pdf$/.test(file.path) && !file.path.endsWith("atlas.pdf")).path}`,
  `  all pages      ${current}/public/print/atlas.pdf`,
  `  GeoJSON        ${current}/public/geojson/hotspots.geojson   (drag it into QGIS: it comes with its style)`,
  `  dashboard      build/wardheat serve ${current}/public`,
  `  what went in   ${current}/manifest.json`,
];
console.log(lines.join("\n"));
