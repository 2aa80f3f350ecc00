// Are our expressions MapLibre's? Random ones are worked out by both: by style_eval, and by the style-spec package that the dashboard's MapLibre
// GL is made with. Called as: node expressions.mjs STYLE_EVAL SOURCE_ROOT
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [tool, root] = process.argv.slice(2);
const spec = join(root, "dashboard/node_modules/@maplibre/maplibre-gl-style-spec/dist/index.mjs");
if (!existsSync(spec)) {
  console.log("SKIPPED: npm ci has not run in dashboard");
  process.exit(77);
}
const { createExpression } = await import(pathToFileURL(spec));

// SplitMix64's smaller sister: the same numbers everywhere.
const seed = Number(process.env.WARDHEAT_SEED ?? 20261103);
console.log(`seed ${seed}`);
let state = seed >>> 0;
function random() {
  state = (state + 0x9e3779b9) >>> 0;
  let z = state;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b) >>> 0;
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35) >>> 0;
  return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32;
}
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];
const many = (n, make) => Array.from({ length: n }, make);

const WORDS = ["primary", "path", "", "é", "Primary", "z"];
const NUMBERS = [0, 1, 2, -1, 0.5, 12, 1000];
const COLOURS = ["#000", "#ffffff", "#12345678", "#f00c", "#7f7f7f"];
const PROPERTIES = { class: () => pick(WORDS), name: () => pick(WORDS), rank: () => pick(NUMBERS), size: () => pick(NUMBERS), hot: () => random() < 0.5 };
const rising = (n) => many(n, () => below(20)).sort((a, b) => a - b).filter((x, i, all) => i === 0 || x > all[i - 1]);

// An expression that gives `kind` ("any": whatever), at most `depth` deep.
function make(kind, depth, isTop = false) {
  const next = (k) => make(k, depth - 1);
  const input = () => (isTop && random() < 0.6 ? ["zoom"] : ["get", pick(["rank", "size", "rank", "class"])]);
  if (depth === 0 || random() < 0.2) {
    const plain = { number: () => pick(NUMBERS), text: () => pick(WORDS), color: () => pick(COLOURS), boolean: () => random() < 0.5, any: () => pick([pick(NUMBERS), pick(WORDS)]) };
    return kind !== "color" && random() < 0.5 ? ["get", pick(Object.keys(PROPERTIES))] : plain[kind]();
  }
  const flow = [
    () => ["case", ...many(1 + below(2), () => [next("boolean"), next(kind)]).flat(), next(kind)],
    () => (random() < 0.5
      ? ["match", ["get", pick(Object.keys(PROPERTIES))], pick(["a", "path"]), next(kind), ["primary", "z"], next(kind), next(kind)]
      : ["match", ["get", "rank"], 1, next(kind), [0, 12], next(kind), next(kind)]),
    () => { const stops = rising(4); return ["step", input(), next(kind), ...stops.flatMap((s) => [s, next(kind)])]; },
    () => (kind === "color" ? next(kind) : ["coalesce", ["get", pick(Object.keys(PROPERTIES))], next(kind)]),
  ];
  if (kind === "number" || kind === "color") {
    flow.push(() => ["interpolate", random() < 0.5 ? ["linear"] : ["exponential", pick([0.5, 1, 1.4, 2])], input(), ...rising(4).flatMap((s) => [s, next(kind)])]);
  }
  if (kind === "boolean" || (kind === "any" && random() < 0.3)) {
    const get = () => ["get", pick(Object.keys(PROPERTIES))];
    flow.push(
      () => [pick(["==", "!="]), get(), random() < 0.5 ? get() : pick([...WORDS, ...NUMBERS])],
      () => [pick(["<", "<=", ">", ">="]), ["get", pick(["rank", "size"])], pick(NUMBERS)],
      () => [pick(["<", "<=", ">", ">="]), ["get", pick(["class", "rank"])], pick(WORDS)],
      () => ["in", get(), ["literal", many(1 + below(3), () => pick([...WORDS, ...NUMBERS]))]],
      () => ["has", pick(Object.keys(PROPERTIES))],
      () => ["!", next("boolean")],
      () => [pick(["all", "any"]), ...many(1 + below(3), () => next("boolean"))],
      () => ["==", ["geometry-type"], pick(["Point", "LineString", "Polygon"])],
    );
  }
  return pick(flow)();
}

const TYPES = { number: "number", text: "formatted", color: "color", boolean: "boolean" };
const lines = [];
while (lines.length < 6000) {
  const kind = pick(Object.keys(TYPES));
  const expression = make(kind, 1 + below(4), true);
  if (!Array.isArray(expression)) continue;
  const made = createExpression(expression, "layers[0]", { type: TYPES[kind], "property-type": "data-driven", expression: { interpolated: true, parameters: ["zoom", "feature"] } });
  if (made.result === "error") continue; // what MapLibre knows beforehand to be wrong
  const properties = {};
  for (const [key, value] of Object.entries(PROPERTIES)) if (random() < 0.8) properties[key] = value();
  const geometry = pick(["Point", "LineString", "Polygon"]);
  lines.push({ kind, expression, zoom: random() * 20, properties, geometry, made: made.value });
}

const text = lines.map((l) => JSON.stringify([l.kind, l.expression, l.zoom, l.properties, l.geometry])).join("\n") + "\n";
const ended = spawnSync(tool, [], { input: text, encoding: "utf8", maxBuffer: 1 << 26 });
if (ended.status !== 0) throw new Error(`${tool}: ${ended.status} ${ended.stderr}`);
const answers = ended.stdout.trim().split("\n").map((line) => JSON.parse(line));

const GEOMETRY = { Point: 1, LineString: 2, Polygon: 3 };
function theirs({ kind, made, zoom, properties, geometry }) {
  let value;
  try {
    value = made.evaluateWithoutErrorHandling({ zoom }, { type: GEOMETRY[geometry], properties });
  } catch {
    return { fault: true };
  }
  if (value === null) return { fault: true };
  if (kind === "text") return value.toString();
  return kind === "color" ? [value.r, value.g, value.b, value.a] : value;
}
const near = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
function same(a, b, kind) {
  if (kind === "color" && Array.isArray(a) && Array.isArray(b)) {
    const ours = [a[0] * a[3], a[1] * a[3], a[2] * a[3], a[3]]; // MapLibre's are premultiplied
    return ours.every((x, i) => near(x, b[i]));
  }
  if (typeof a === "number" && typeof b === "number") return near(a, b);
  if (kind === "text" && typeof a !== "string" && typeof b === "string") return !a.fault && String(a) === b; // MapLibre writes them out at once
  return JSON.stringify(a) === JSON.stringify(b);
}

let nFaults = 0;
let nWrong = 0;
for (const [i, line] of lines.entries()) {
  const expected = theirs(line);
  nFaults += expected.fault === true;
  if (!same(answers[i], expected, line.kind)) {
    nWrong++;
    if (nWrong <= 10) console.log(`${line.kind} ${JSON.stringify(line.expression)} zoom ${line.zoom} of ${JSON.stringify(line.properties)}: ours ${JSON.stringify(answers[i])}, MapLibre's ${JSON.stringify(expected)}`);
  }
}
console.log(`${lines.length} expressions, ${nFaults} of them faults when worked out, ${nWrong} differ`);
if (answers.length !== lines.length || nFaults > lines.length / 2) throw new Error("these expressions try nothing");
process.exit(nWrong === 0 ? 0 : 1);
