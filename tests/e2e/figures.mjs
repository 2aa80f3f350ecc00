// Ward figures: every published number follows from its stored inputs, by `wardheat explain` and by arithmetic of our own; totals
// agree on every level; the dictionary is what docs/figures.md says.
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as e2e from "./e2e.mjs";

const folder = e2e.workFolder("figures");
// `explain` works on a copy of the state in a scratch folder; where there is one in memory, it is quicker.
const scratch = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "figures-"));
const elsewhere = `${folder}-elsewhere`;
process.on("exit", () => [elsewhere, scratch].forEach((path) => rmSync(path, { recursive: true, force: true })));
const explain = (args, env = {}) => e2e.run(["explain", ...args], { env: { TMPDIR: scratch, ...env } });

// Squares of half a kilometre or so over the wards, each with a decile; the last row has none.
function writeSquares(path) {
  const wards = JSON.parse(readFileSync(join(folder, "wards.geojson"), "utf8"));
  const points = wards.features.flatMap((ward) => ward.geometry.coordinates.flat(ward.geometry.type === "MultiPolygon" ? 2 : 1));
  const low = [0, 1].map((axis) => Math.min(...points.map((p) => p[axis])));
  const high = [0, 1].map((axis) => Math.max(...points.map((p) => p[axis])));
  const N = 6, features = [];
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N - 1; j++) { // the top row is missing: there requests lie elsewhere
      const at = (k, axis) => low[axis] + (high[axis] - low[axis]) * k / N;
      const ring = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1], [i, j]].map(([x, y]) => [at(x, 0), at(y, 1)]);
      features.push({ type: "Feature", properties: { code: `S${i}${j}`, decile: i === 0 ? null : String(1 + (i * 3 + j * 7) % 10), people: 400 },
        geometry: { type: "Polygon", coordinates: [ring] } });
    }
  }
  writeFileSync(path, JSON.stringify({ type: "FeatureCollection", features }));
}

const areas = `areas:
  - {id: squares, title: Squares, path: squares.geojson, code: code, population: people}
  - {id: decile, title: Deprivation decile, path: squares.geojson, code: code, segment: decile}
  - {id: officers-squares, path: squares.geojson, code: code, share: officer}

basemap:`;
const config = e2e.makeCouncil(folder, e2e.edits(e2e.withTiles(9), e2e.withoutOutput("print"), e2e.withoutOutput("dashboard"),
  e2e.withCoarseCells, (text) => e2e.replaced(text, /\n  - id: potholes\n[\s\S]*?(?=\ndensity:)/, "\n"), (text) => e2e.replaced(text, /\nareas:\n.*\n/, "\n"), (text) => e2e.replaced(text, "\nbasemap:", `\n${areas}`)));
const missing = e2e.run(["check", config]);
e2e.check(missing.code === 4 && missing.err.includes("squares.geojson"), `check without the layer: ${missing.code} ${missing.out}${missing.err}`);
writeSquares(join(folder, "squares.geojson"));
const checked = e2e.run(["check", config]);
e2e.check(/ok: areas squares: \d+ areas in the wards/.test(checked.out + checked.err), `check names the levels: ${checked.out}${checked.err}`);
e2e.mustRun(config);

function readTable(edition, name) {
  const text = readFileSync(join(folder, "publish/current", edition, name), "utf8");
  const [header, ...rows] = text.split("\r\n").filter(Boolean)
    .map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((cell) => (cell[1] ?? cell[2]).replaceAll('""', '"')));
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}
const key = (row) => `${row.theme}/${row.level}/${row.area_code}`;

// `explain` counts and works every number out again, and says so of a ward's numbers one by one.
const metrics = readTable("officer", "metrics.csv").map((row) => row.metric).filter((id) => id !== "requests_by");
const wards = JSON.parse(readFileSync(join(folder, "wards.geojson"), "utf8")).features.map((ward) => ward.properties.ward_code);
const said = explain([config, "--ward", wards[1]]);
const themes_of = new Set(readTable("officer", "tables/inputs.csv").map((row) => row.theme)).size;
e2e.equal([...said.out.matchAll(/: the same$/gm)].length, metrics.length * themes_of, `explain --ward ${wards[1]}: ${said.err}`);
e2e.equal([...said.out.matchAll(/^Every input below was counted again from the requests that the state holds/gm)].length, themes_of, "explain --ward counts again");
e2e.check(/^ {2}by channel +.*Phone: \d+/m.test(said.out), "explain --ward breaks down");
const shown = explain([config, "--ward", wards[0], "--metric", "per_1000", "--theme", "noise", "--public"]);
e2e.check(shown.code === 0 && /formula +1000 \* requests \/ population/.test(shown.out), `explain of one: ${shown.out}${shown.err}`);
for (const [args, what] of [[["--ward", "nowhere"], "area"], [["--ward", wards[0], "--metric", "per_100"], "did you mean per_1000"], [["--level", "lsoa", "--area", "x"], "level"]]) {
  const wrong = explain([config, ...args]);
  e2e.check(wrong.code === 2 && wrong.err.includes(what), `explain ${args.join(" ")}: ${wrong.code} ${wrong.err}`);
}

// Our own arithmetic, for every area and metric that plain arithmetic gives.
const inputs = readTable("officer", "tables/inputs.csv");
const figures = new Map(readTable("officer", "tables/figures.csv").map((row) => [`${key(row)}/${row.metric}`, row]));
const number = (row, name) => row[name] === "" ? NaN : Number(row[name]);
function quantile(days, share) {
  const list = days.split(" ").filter(Boolean).flatMap((pair) => { const [d, n] = pair.split(":").map(Number); return Array(n).fill(d); });
  return list.length === 0 ? NaN : list[Math.max(0, Math.ceil(share * list.length - 1e-9) - 1)];
}
const formulas = {
  requests: (n) => n("requests"),
  problems: (n) => n("problems"),
  repeat_share: (n) => 100 * (n("requests") - n("problems")) / n("requests"),
  per_km2: (n) => n("requests") / n("area_km2"),
  per_1000: (n) => 1000 * n("requests") / n("population"),
  previous: (n) => n("previous"),
  change: (n) => n("requests") - n("previous"),
  change_ratio: (n) => n("requests") / n("previous"),
  open: (n) => n("open_in_time") + n("overdue") + n("open_untimed"),
  overdue: (n) => n("overdue"),
  within_target: (n) => 100 * n("closed_in_time") / (n("closed_in_time") + n("closed_late") + n("overdue")),
  closed: (n) => n("closed"),
  days_median: (n, row) => quantile(row.days, 0.5),
  days_p90: (n, row) => quantile(row.days, 0.9),
  reopened: (n) => n("reopened"),
};
let compared = 0;
for (const row of inputs) {
  for (const [metric, formula] of Object.entries(formulas)) {
    const figure = figures.get(`${key(row)}/${metric}`);
    const value = formula((name) => number(row, name), row);
    const is_there = Number.isFinite(value);
    e2e.equal(figure.shown === "shown", is_there, `${key(row)}: ${metric} is ${figure.shown}, by arithmetic ${value}`);
    const is_rate = /^per_/.test(metric) && value >= 100;
    if (is_there) e2e.check(Math.abs(Number(figure.value) - value) <= (is_rate ? 0.5 : 0.0500001), `${key(row)}: ${metric}: ${figure.value}, by arithmetic ${value}`);
    compared += is_there;
  }
}
e2e.check(compared > 1000, `${compared} figures compared`);

// Totals agree up the levels; wards are those of wards.csv; standings add up; some requests lie elsewhere, some in no decile.
const counts = ["requests", "previous", "problems", "closed_in_time", "closed_late", "closed_untimed", "open_in_time", "overdue", "open_untimed", "untracked", "closed"];
const themes = [...new Set(inputs.map((row) => row.theme))], levels = [...new Set(inputs.map((row) => row.level))];
e2e.equal(levels.join(), "wards,squares,decile,officers-squares", "the officers' levels");
for (const theme of themes) {
  for (const name of counts) {
    const totals = levels.map((level) => {
      const rows = inputs.filter((row) => row.theme === theme && row.level === level);
      const sum = rows.filter((row) => row.area_code !== "(all)").reduce((so_far, row) => so_far + number(row, name), 0);
      e2e.equal(sum, number(rows.find((row) => row.area_code === "(all)"), name), `${theme}: ${name} of ${level} add up`);
      return sum;
    });
    e2e.equal(new Set(totals).size, 1, `${theme}: ${name} is one number on every level: ${totals}`);
  }
}
for (const row of inputs) {
  const standing = counts.slice(3, 10).reduce((sum, name) => sum + number(row, name), 0);
  e2e.equal(standing, number(row, "requests"), `${key(row)}: standings add up`);
}
for (const row of readTable("officer", "tables/wards.csv")) {
  const figure = figures.get(`${row.theme}/wards/${row.ward_code}/requests`);
  e2e.equal(row.count, figure.value, `${row.theme} in ${row.ward_code}: one number in both tables`);
}
e2e.check(inputs.some((row) => row.level === "squares" && row.area_code === "(elsewhere)" && number(row, "requests") > 0), "some requests lie in no square");
for (const kind of ["channel", "provider", "decile"]) {
  const sums = new Map();
  for (const row of readTable("officer", "tables/breakdowns.csv").filter((line) => line.kind === kind)) sums.set(key(row), (sums.get(key(row)) ?? 0) + Number(row.requests));
  for (const [where, sum] of sums) e2e.equal(String(sum), figures.get(`${where}/requests`).value, `${where}: by ${kind}`);
  e2e.check(sums.size > 20, `by ${kind}: ${sums.size} areas`);
}

// The public: no officers' level, no days, no number of 1 to 4, and nothing but requests below the wards.
const published = readTable("public", "tables/inputs.csv");
e2e.equal([...new Set(published.map((row) => row.level))].join(), "wards,squares,decile", "the public's levels");
for (const row of published) {
  e2e.equal(row.days, "", `${key(row)}: days`);
  for (const name of counts) e2e.check(!/^[1-4]$/.test(row[name]), `${key(row)}: ${name} is ${row[name]}`);
  if (row.level !== "wards") e2e.check(!/^\d/.test(row.problems), `${key(row)}: problems are ${row.problems}`);
}
for (const row of readTable("public", "tables/breakdowns.csv")) e2e.check(!/^[1-4]$/.test(row.requests), `${key(row)}: ${row.kind} ${row.value} is ${row.requests}`);

// docs/figures.md has every metric, with its formula.
const page = readFileSync(join(e2e.root, "docs/figures.md"), "utf8");
for (const row of readTable("officer", "metrics.csv")) {
  e2e.check(page.includes(`| \`${row.metric}\` | ${row.title} | \`${row.formula}\` |`), `docs/figures.md: no row of ${row.metric} with its formula: ${row.formula}`);
}

// A year later and elsewhere: a copy of the release, the state and the maps, without the sources, under another clock, locale and
// number of threads. Every number comes out the same; nothing is left behind, and nothing changes.
cpSync(folder, elsewhere, { recursive: true, verbatimSymlinks: true, filter: (from) => !["crm", "web", "police"].includes(basename(from)) });
const copied = e2e.tree(elsewhere);
const all = explain([join(elsewhere, "council.yaml"), "--check", "--jobs", "1"], { TZ: "Pacific/Auckland", LC_ALL: "C" });
e2e.equal(all.code, 0, `explain --check: ${all.out}${all.err}`);
e2e.check(/^[\d,]{6,} numbers and [\d,]+ hidden ones in \d+ files come out the same, .*\n$/.test(all.out), `explain --check in one line: ${all.out}`);
e2e.equal(e2e.differences(copied, e2e.tree(elsewhere)).join("; "), "", "explain --check changes nothing");
e2e.equal(readdirSync(scratch).join(), "", "explain --check leaves nothing in $TMPDIR");

// One digit of each kind of file is changed: file, field, id and both values are named.
const release = join(elsewhere, "publish/current");
const spot = readTable("officer", "tables/hotspots.csv").find((row) => row.trend !== "gone");
const turn = (digits) => digits.replace(/\d(?=\D*$)/, (digit) => digit === "9" ? 8 : Number(digit) + 1); // no zero, which might not be written
function damage(file, pattern) { // the pattern's first group is the number
  const path = join(release, file), text = readFileSync(path, "latin1"), found = pattern.exec(text);
  if (found === null) throw new Error(`${file}: nothing matches ${pattern}`);
  const at = found.index + found[0].lastIndexOf(found[1]);
  writeFileSync(path, text.slice(0, at) + turn(found[1]) + text.slice(at + found[1].length), "latin1");
  return { file, from: found[1], to: turn(found[1]) };
}
const damaged = [
  [damage("officer/tables/wards.csv", /^noise,.*?,(\d+\.\d),/m), /: per_km2 of noise E/],
  [damage("officer/tables/areas.csv", /^noise,squares,S\d\d,[^,]*,[-\d]*,[-\d]*,(\d+)/m), /: count of noise squares S/],
  [damage("officer/tables/figures.csv", /,(?:per_1000),(\d[\d.]*)/), /: value of \S+ wards E\d+ per_1000/],
  [damage("officer/tables/inputs.csv", /addresses,(\d+)/), /: requests of \S+ wards E/],
  [damage("officer/tables/breakdowns.csv", /,decile,\d+,(\d+)/), /: requests of \S+ \S+ \S+ decile \d+/],
  [damage("officer/tables/hours.csv", /Monday,9,(\d+)/), /: opened_then of \S+ Monday 9/],
  [damage("officer/tables/hotspots.csv", new RegExp(`^${spot.id},.*,(\\d+\\.\\d+),\\d[\\d.]*,firm`, "m")), new RegExp(`: ratio_high of ${spot.id}`)],
  [damage("officer/tables/figures.json", /"value": (\d+\.[1-9])/), /: themes\[\d+\]\.levels\[\d+\]\.areas\[\d+\]\.figures\.\w+\.value of \S+/],
  [damage("officer/geojson/wards.geojson", /"noise_count": ?(\d+)/), /properties\.noise_count of E/],
  [damage("officer/geojson/hotspots.geojson", /"expected": ?(\d+\.[1-9])/), /properties\.expected of \S+-e\d+-n\d+/],
  [damage("officer/geojson/requests.geojson", /"precision_m": ?(\d+\.[1-9])/), /properties\.precision_m of /],
  [damage(`officer/evidence/${spot.id}.json`, /"llr": (\d+\.\d*[1-9])\b/), new RegExp(`: scan\\.llr of ${spot.id}`)],
  [damage("officer/evidence/inputs.csv", new RegExp(`^${spot.id},[^,]*,[^,]*,(\\d+)`, "m")), new RegExp(`: count of ${spot.id}`)],
  [damage(`officer/evidence/theme-${spot.theme}.json`, /"pai": (\d+\.\d*[1-9])\b/), /does_it_predict\.forecasts\[0\]\.pai/],
  [damage("officer/geocoding.json", /"requests": (\d+)/), /: \S*requests/],
  [damage("manifest.json", /"independent_cells": (\d+\.[1-9])/), /: themes\[0\]\.independent_cells/],
  [damage("public/tables/themes.csv", /,(\d+),\d+,-?\d+,/), /: count of /],
  [damage("officer/wardheat.gpkg", /noiseNoise.*?(2026-08-\d\d)/s), /: \w+\.period_from of /],
  [damage("public/density/noise.qml", /label="(\d+)/), /: byte \d+: published "\d+ bytes"/],
  [damage("public/geojson/wards.geojson", /"noise_count": ?(\d+)/), /properties\.noise_count of E/],
];
const found = explain([join(elsewhere, "council.yaml"), "--check"]);
e2e.equal(found.code, 1, `explain --check of damaged files: ${found.err}`);
for (const [{ file, from, to }, field] of damaged) {
  const line = found.out.split("\n").find((text) => text.startsWith(`${file}: `)) ?? "";
  e2e.check(field.test(line) && (file.endsWith(".qml") || line.includes(`published "${to}`) && line.includes(`again "${from}`)), `${file}: ${from} changed to ${to} is told, not: ${line}`);
}
e2e.equal(found.out.trim().split("\n").length, damaged.length, `as many lines as damaged files: ${found.out}`);
e2e.check(found.err.includes(`${damaged.length} differences; the first: officer/`), `and the first is the message: ${found.err}`);
// A night later requests have come in, and the public part is carried over: it is counted again from the state that it was made from.
const crm = readdirSync(join(folder, "crm")).map((name) => join(folder, "crm", name)).at(-1);
const rows = readFileSync(crm, "latin1").split("\n"), row = rows.findLast((line) => line.includes("/10/2026"));
writeFileSync(crm, [...rows.slice(0, -1), row.replace(/^[^,]+/, "LATE-1"), row.replace(/^[^,]+/, "LATE-2"), ""].join("\n"), "latin1");
e2e.check(/carried over/.test(e2e.mustRun(config, "2026-11-05").err), "a second night carries the public part over");
const next = explain([config, "--check"]);
e2e.equal(next.code, 0, `explain --check the night after: ${next.out}${next.err}`);
rmSync(join(folder, "state/public"), { recursive: true });
const lost = explain([config, "--check"]);
e2e.check(lost.code === 4 && /the public part that stands is of release 2026-11-03-\w+, and .* 2026-11-05-\w+/.test(lost.err), `without the state of the public part: ${lost.code} ${lost.err}`);

e2e.finish(`${compared} figures follow`);
