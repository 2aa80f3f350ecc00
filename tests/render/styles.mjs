// Does MapLibre's own validator accept every style that we ship? Called as: node styles.mjs SOURCE_ROOT
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [root] = process.argv.slice(2);
const spec = join(root, "dashboard/node_modules/@maplibre/maplibre-gl-style-spec/dist/index.mjs");
if (!existsSync(spec)) {
  console.log("SKIPPED: npm ci has not run in dashboard");
  process.exit(77);
}
const { validateStyleMin, validateStyle } = await import(pathToFileURL(spec));
const validate = validateStyle ?? validateStyleMin;
const names = readdirSync(join(root, "styles")).filter((name) => name.endsWith(".json"));
let nFaults = 0;
for (const name of names) {
  const text = readFileSync(join(root, "styles", name), "utf8");
  const faults = validate(JSON.parse(text));
  for (const fault of faults) console.log(`${name}: ${fault.message}`);
  nFaults += faults.length;
  // And does it notice a wrong one?
  const wrong = JSON.parse(text);
  wrong.layers[1].paint["fill-color"] = "#12g";
  if (validate(wrong).length === 0) throw new Error(`${name}: the validator accepts anything`);
}
console.log(`${names.length} styles: ${names.join(", ")}`);
if (names.length < 4) throw new Error("there are four styles to ship");
process.exit(nFaults === 0 ? 0 : 1);
