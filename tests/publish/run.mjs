// A real run of a small council, whose wards and themes have names made to do harm, read by independent readers: is every file what it claims
// to be, is one number the same everywhere, are the names text and nothing else?
// Called as: node run.mjs WARDHEAT MAKE_BOROUGH SOURCE_ROOT
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as e2e from "../e2e/e2e.mjs";

const browser = join(e2e.root, "tests/browser");
const pdfjs_path = join(browser, "node_modules/pdfjs-dist/legacy/build/pdf.js");
const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(join(browser, "node_modules"))) e2e.skip("npm ci has not run in tests/browser");
if (!existsSync(pdfjs_path)) e2e.skip("npm ci has not run in tests/browser since pdf.js came");
const pdfjs = createRequire(import.meta.url)(pdfjs_path);
if (!existsSync(chromium)) e2e.skip(`no ${chromium}`);

const HARM = ["<script>alert(1)</script>", '=HYPERLINK("http://example.org","x")', "Line\u2028and\u2029para", "Left\u202eright\u202c", '@SUM(A1)"\'&amp;'];
const TITLE = "</script><img src=x onerror=alert(2)>{{title}}";

const work = e2e.workFolder("publish-run");
const folder = join(work, "borough");
// Wards below 30 requests are hidden here, so that there are hidden and shown ones.
const config = e2e.makeCouncil(folder, e2e.edits(e2e.withTiles(13), (text) => e2e.replaced(text, "hide_below: 5", "hide_below: 30"),
  (text) => e2e.replaced(text, "print: {paper: A4", "print: {by_theme: true, paper: A4"), (text) => e2e.replaced(text, "title: Potholes", `title: ${JSON.stringify(TITLE)}`)));
const layer = join(folder, "wards.geojson");
const areas = JSON.parse(readFileSync(layer, "utf8"));
HARM.forEach((name, i) => { areas.features[i].properties.ward_name = name; });
writeFileSync(layer, JSON.stringify(areas));
e2e.mustRun(config, "2026-11-01"); // both editions are of the same days then

const release = join(folder, "publish/current");
const read = (path) => readFileSync(join(release, path), "utf8");
const files = [...e2e.tree(release)].filter(([, hash]) => hash !== "folder").map(([path]) => path);

function mustPass(what, program, args) {
  const ended = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26, cwd: browser });
  e2e.check(ended.status === 0, `${what}: ${program} ${args.at(-1)}: ${ended.error?.message ?? ended.status}\n${ended.stdout}${ended.stderr}`);
  return ended.stdout ?? "";
}
for (const part of ["public", "officer"]) mustPass(`files of the ${part} part`, process.execPath, ["check-files.mjs", join(release, part)]);
mustPass("dashboard", process.execPath, ["check-dashboard.mjs", join(release, "public")]);
mustPass("densities, classes and tiles", process.execPath, ["check-agreement.mjs", release]);

// Manifests: every file, by its content; every input as it is; nothing of the clock.
e2e.equal(e2e.releaseFaults(release).join("; "), "", "the manifest fits the release");
e2e.equal(e2e.releaseFaults(join(release, "public")).join("; "), "", "the public manifest fits the public part");
for (const path of ["manifest.json", "public/manifest.json"]) {
  const manifest = JSON.parse(read(path));
  for (const input of manifest.inputs) e2e.equal(input.sha256, e2e.sha256(join(folder, input.name)), `${path}: the sha256 of ${input.name}`);
  e2e.check(manifest.inputs.some((input) => input.role === "source crm") && manifest.inputs.some((input) => input.role === "wards"), `${path}: inputs`);
  for (const key of ["sources", "themes", "transforms", "licences"]) e2e.check(manifest[key].length > 0, `${path}: no ${key}`);
  for (const key of ["parameters", "versions"]) e2e.check(Object.keys(manifest[key]).length > 3, `${path}: no ${key}`);
  e2e.check(manifest.transforms.every((one) => typeof one.accuracy_m === "number"), `${path}: a transform without accuracy`);
  e2e.check(!/\d\d:\d\d:\d\d/.test(read(path)), `${path}: a time of day`);
  e2e.check(!read(path).includes(work), `${path}: a path of this machine`);
}

// One number is the same everywhere.
const clean = (html) => html.replace(/<[^>]*>/g, "").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&").trim();
const cells = (html) => [...html.matchAll(/<td(?! class="rank)[^>]*>(.*?)<\/td>/g)].map((match) => clean(match[1]));
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
// A ward's page about one theme, and its sheet over all of them.
const pageOf = (part, theme, ward) => `${part}/print/${theme}/${ward.toLowerCase()}.pdf`;
const sheetOf = (part, ward) => `${part}/print/${ward.toLowerCase()}.pdf`;
const printed = (path) => mustPass(path, "pdftotext", ["-raw", join(release, path), "-"]).replace(/\s+/g, " ");
let n_hidden = 0, n_shown = 0;
function checkNumbers(part) {
  const wards = JSON.parse(read(`${part}/geojson/wards.geojson`)).features.map((feature) => feature.properties);
  const themes = JSON.parse(read(`${part}/tiles/legend.json`)).themes;
  const index = read(`${part}/index.html`);
  const table = read(`${part}/tables/wards.csv`).split("\r\n");
  for (const theme of themes) {
    const section = index.slice(index.indexOf(`<section class="theme" id="${theme.id}"`)).split("</section>")[0];
    for (const ward of wards) {
      const [shown, before] = ["count", "previous"].map((name) => ward[`${theme.id.replaceAll("-", "_")}_${name}_shown`]);
      const where = `${part}, ${theme.id}, ${ward.code}`;
      const page = read(`${part}/wards/${ward.code.toLowerCase()}.html`);
      const row = new RegExp(`<tr data-code="${escaped(ward.code)}">[^\\n]*`).exec(section)[0];
      e2e.equal(cells(row).slice(0, 2).join(), `${shown},${before}`, `${where}: index.html`);
      const figures = new RegExp(`<tr><th scope="row"><a href="#${theme.id}">[^\\n]*`).exec(page)[0];
      e2e.equal(cells(figures).join(), cells(row).join(), `${where}: the ward's page`);
      const line = table.find((text) => text.startsWith(`${theme.id},`) && text.includes(`,${ward.code},`));
      e2e.check(line.includes(`,${shown.replaceAll(",", "")},${before.replaceAll(",", "")},`), `${where}: tables/wards.csv says ${line}`);
      const onPage = printed(pageOf(part, theme.id, ward.code)), onSheet = printed(sheetOf(part, ward.code));
      if (/^\d/.test(shown)) {
        n_shown++;
        e2e.check(onPage.includes(`${shown} request`), `${where}: the printed page does not say ${shown} requests`);
        e2e.check(onSheet.includes(shown), `${where}: the printed sheet does not say ${shown}`);
      } else {
        n_hidden++;
        e2e.equal(ward[`${theme.id.replaceAll("-", "_")}_count`], null, `${where}: the hidden number`);
        for (const text of [onPage, onSheet]) e2e.check(/fewer than 30|<30|hidden/i.test(text), `${where}: print does not say that the number is hidden`);
      }
    }
  }
}
// Whenever a request was opened, it counts once in the week: hours add up to the theme's requests.
function checkHours() {
  const hours = read("officer/tables/hours.csv").split("\r\n").slice(1, -1);
  const sums = new Map();
  for (const row of hours) sums.set(row.split(",")[0], (sums.get(row.split(",")[0]) ?? 0) + Number(row.split(",").at(-1)));
  for (const feature of JSON.parse(read("officer/tiles/legend.json")).themes) {
    const wards = JSON.parse(read("officer/geojson/wards.geojson")).features;
    const n = wards.reduce((sum, ward) => sum + ward.properties[`${feature.id.replaceAll("-", "_")}_count`], 0);
    e2e.check(Math.abs(sums.get(feature.id) - n) < 1, `hours.csv: ${feature.id} adds up to ${sums.get(feature.id)}, not ${n}`);
  }
  e2e.check(hours.length % 169 === 0 && hours.length > 0, `hours.csv: ${hours.length} rows`);
}
checkHours();
checkNumbers("public");
e2e.check(n_hidden > 2 && n_shown > 2, `hidden and shown figures were compared: ${n_hidden}, ${n_shown}`);
// Reports and problems: what is counted is what the wards' table counts; problems are no more, and some are told of twice.
function checkProblems() {
  const themes = JSON.parse(read("officer/tables/figures.json")).themes;
  let n_repeats = 0;
  for (const area of themes.flatMap((theme) => theme.levels).flatMap((level) => level.areas)) {
    const { requests, problems } = area.figures;
    e2e.check(problems.value <= requests.value, `figures.json: ${area.code}: ${problems.value} problems, ${requests.value} requests`);
    n_repeats += requests.value - problems.value;
  }
  e2e.check(n_repeats > 0, `figures.json: ${n_repeats} repeats`);
  const requests = JSON.parse(read("officer/geojson/requests.geojson")).features.map((feature) => feature.properties);
  const first = new Map(requests.map((request) => [request.id, request]));
  e2e.check(requests.some((request) => request.problem !== (request.id)), "requests.geojson: no repeat");
  for (const request of requests) {
    const begun = first.get(request.problem); // it may have begun before the period
    e2e.check(begun === undefined || (begun.category === request.category && begun.opened <= request.opened && begun.problem === request.problem),
      `requests.geojson: ${JSON.stringify(request)} begins with ${JSON.stringify(begun)}`);
  }
}
checkProblems();
n_hidden = 0;
checkNumbers("officer");
e2e.equal(n_hidden, 0, "figures hidden from officers");

// How requests were placed: for officers, adding up to the state's ledger, the same on its page.
const geocoding = JSON.parse(read("officer/geocoding.json")), geocodingPage = read("officer/geocoding.html");
const sum = (numbers) => Object.values(numbers).reduce((total, n) => total + n, 0);
for (const source of JSON.parse(read("manifest.json")).sources) {
  const told = geocoding.by_source.find((one) => one.name === source.id);
  e2e.equal([told.requests, told.placed].join(), [source.state.requests, source.placed.placed].join(), `geocoding.json: ${source.id}`);
}
for (const by of ["source", "category", "channel"])
  e2e.equal(geocoding[`by_${by}`].reduce((total, one) => total + one.requests, 0), geocoding.all.requests, `geocoding.json: by ${by}`);
e2e.equal(sum(geocoding.without_place_by_reason), geocoding.all.requests - geocoding.all.placed, "geocoding.json: reasons");
e2e.check(geocoding.gazetteers.length > 0 && geocoding.default_locations.every((one) => one.withheld), "geocoding.json: gazetteers, defaults");
const rows = geocodingPage.slice(geocodingPage.indexOf('id="by-ward"')).split("</table>")[0].split("\n").filter((line) => line.startsWith("<tr>"));
e2e.equal(rows.map((row) => cells(row)[0]).join(" "), geocoding.by_ward.map((ward) => ward.requests.toLocaleString("en")).join(" "), "geocoding.html: by ward");
e2e.check(!files.some((path) => path.startsWith("public/") && path.includes("geocoding")), "geocoding is for officers only");

// Printed pages are whole.
const prints = files.filter((path) => path.endsWith(".pdf"));
e2e.check(prints.length > 2 * 6 * (4 + 1), `${prints.length} printed pages`);
for (const path of prints.filter((path) => path.includes("atlas") || path.includes("noise"))) {
  mustPass(path, "qpdf", ["--check", join(release, path)]);
  e2e.check(/^Tagged: +yes$/m.test(mustPass(path, "pdfinfo", [join(release, path)])), `${path}: not tagged`);
}

// What a listener gets of a page, as pdf.js reads it: the map in words has the numbers of the table, the page and the GeoJSON.
async function structureOf(path) {
  const document = await pdfjs.getDocument({ url: join(release, path), verbosity: 0 }).promise;
  const found = [];
  const walk = (node) => { found.push(node); (node.children ?? []).forEach(walk); };
  walk(await (await document.getPage(1)).getStructTree());
  await document.destroy();
  return { roles: new Set(found.map((node) => node.role)), alts: found.filter((node) => node.role === "Figure").map((node) => node.alt ?? "") };
}
const named = (text) => text.charAt(0).toUpperCase() + text.slice(1);
let n_told = 0;
for (const part of ["public", "officer"]) {
  const spots = JSON.parse(read(`${part}/geojson/hotspots.geojson`)).features.map((feature) => feature.properties);
  const parts = JSON.parse(read(`${part}/geojson/hotspots-by-ward.geojson`)).features.map((feature) => feature.properties);
  for (const ward of JSON.parse(read(`${part}/geojson/wards.geojson`)).features.map((feature) => feature.properties)) {
    const path = pageOf(part, "fly-tipping", ward.code);
    const { roles, alts } = await structureOf(path);
    for (const role of ["Document", "H1", "P", "Figure", "Table", "TR", "TH", "TD"])
      e2e.check(roles.has(role) || (/^T/.test(role) && !roles.has("Table")), `${path}: no ${role}`);
    e2e.check(alts.length > 1 && alts.every((alt) => alt.length > 20), `${path}: a figure without words`);
    const [map] = alts;
    if (/^\d/.test(ward.fly_tipping_count_shown)) e2e.check(map.includes(`${ward.fly_tipping_count_shown} request`), `${path}: ${map}: not ${ward.fly_tipping_count_shown}`);
    for (const spot of spots.filter((spot) => spot.theme === "fly-tipping" && parts.some((one) => one.hotspot === spot.id && one.ward_code === ward.code && one.count !== 0))) {
      n_told++;
      e2e.check(map.includes(`${spot.rank}: ${spot.name}, ${spot.count_shown} requests`) || map.includes(`${spot.rank}: ${named(spot.name)}, ${spot.count_shown} requests`),
        `${path}: ${map}: not ${spot.rank}, ${spot.name}, ${spot.count_shown}`);
    }
  }
}
e2e.check(n_told > 0, "no hot spot was told of in words");

// Names are text, and no template.
e2e.check(read("public/index.html").includes("{{title}}"), "a title with braces stays as it is");
for (const path of files.filter((path) => /\.(html|qml|xml|svg)$/.test(path) && !path.includes("/assets/"))) {
  const text = read(path);
  e2e.check(!/<script>alert|<img src=x|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(text), `${path}: a name that is more than text`);
}
for (const path of files.filter((path) => /\.(json|geojson)$/.test(path)))
  e2e.check(!/<script|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(read(path)), `${path}: a name that is more than text`);
for (const path of files.filter((path) => path.endsWith(".csv")))
  e2e.check(!/(^|,|\n)"?[=@]/.test(read(path)), `${path}: a cell that a spreadsheet would calculate`);
e2e.check(readdirSync(join(release, "public/wards")).every((name) => /^[a-z0-9-]+\.html$/.test(name)), "file names are made from codes");
e2e.finish("a real run, read by others");
