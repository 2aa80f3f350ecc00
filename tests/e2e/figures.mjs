// Ward figures: every published number follows from its stored inputs, by `wardheat explain` and by arithmetic of our own; totals
// agree on every level; the dictionary is what docs/figures.md says.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as e2e from "./e2e.mjs";

const folder = e2e.workFolder("figures");

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
const config = e2e.makeCouncil(folder, e2e.edits(e2e.withoutOutput("tiles"), e2e.withoutOutput("print"), e2e.withoutOutput("dashboard"),
  (text) => e2e.replaced(text, "\nbasemap:", `\n${areas}`)));
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

// `explain` works every number out again, and says so of a ward's numbers one by one.
const all = e2e.run(["explain", config, "--check"]);
e2e.equal(all.code, 0, `explain --check: ${all.err}`);
const metrics = readTable("officer", "metrics.csv").map((row) => row.metric).filter((id) => id !== "requests_by");
const wards = JSON.parse(readFileSync(join(folder, "wards.geojson"), "utf8")).features.map((ward) => ward.properties.ward_code);
for (const ward of wards) {
  const said = e2e.run(["explain", config, "--ward", ward]);
  const themes = new Set(readTable("officer", "tables/inputs.csv").map((row) => row.theme)).size;
  e2e.equal([...said.out.matchAll(/: the same$/gm)].length, metrics.length * themes, `explain --ward ${ward}: ${said.err}`);
}
const shown = e2e.run(["explain", config, "--ward", wards[0], "--metric", "per_1000", "--theme", "noise", "--public"]);
e2e.check(shown.code === 0 && /formula +1000 \* requests \/ population/.test(shown.out), `explain of one: ${shown.out}${shown.err}`);
for (const [args, what] of [[["--ward", "nowhere"], "area"], [["--ward", wards[0], "--metric", "per_100"], "did you mean per_1000"], [["--level", "lsoa", "--area", "x"], "level"]]) {
  const wrong = e2e.run(["explain", config, ...args]);
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

// A number that does not follow is found.
const path = join(folder, "publish/current/officer/tables/figures.csv");
writeFileSync(path, readFileSync(path, "utf8").replace(/,per_1000,(\d)/, (match, digit) => `,per_1000,${(Number(digit) + 1) % 10}`));
const tampered = e2e.run(["explain", config, "--check"]);
e2e.check(tampered.code === 1 && /per_1000 .* does not follow/.test(tampered.err), `a changed number: ${tampered.code} ${tampered.err}`);

e2e.finish(`${compared} figures follow`);
