// node check-files.mjs PUBLIC_DIR: the files of a release, read by independent readers: GeoJSON, CSV, PMTiles, links of pages.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { open, readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { check as checkGeojson } from '@placemarkio/check-geojson';
import { booleanValid } from '@turf/boolean-valid';
import { VectorTile } from '@mapbox/vector-tile';
import Pbf from 'pbf';
import { PMTiles } from 'pmtiles';
import { FileSource, tileX, tileY, withArchive } from './archive.mjs';
import { Checks } from './checks.mjs';

const publicDir = process.argv[2];
if (!publicDir) {
  console.log('usage: node check-files.mjs PUBLIC_DIR');
  process.exit(2);
}
const checks = new Checks();
const read = (name) => readFile(path.join(publicDir, name), 'utf8');
const exists = (name) => stat(path.join(publicDir, name)).then(() => true, () => false);
const files = (await readdir(publicDir, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(publicDir, path.join(entry.parentPath ?? entry.path, entry.name)))
  .sort();

/** RFC 4180, strictly; rows of cells. */
function parseCsv(name, text) {
  const rows = [];
  let row = [], cell = '', quoted = false, at = 0;
  checks.check(text.endsWith('\r\n'), `${name}: the last line has no CRLF`);
  checks.check(!text.startsWith('\ufeff'), `${name}: a byte order mark`);
  while (at < text.length) {
    if (quoted) {
      if (text[at] === '"' && text[at + 1] === '"') { cell += '"'; at += 2; continue; }
      if (text[at] === '"') { quoted = false; at++; continue; }
      cell += text[at++];
    } else if (text[at] === '"' && cell === '') { quoted = true; at++;
    } else if (text[at] === ',') { row.push(cell); cell = ''; at++;
    } else if (text.startsWith('\r\n', at)) { row.push(cell); rows.push(row); row = []; cell = ''; at += 2;
    } else {
      checks.check(!'"\r\n'.includes(text[at]), `${name}: a stray quote or line end in row ${rows.length + 1}`);
      cell += text[at++];
    }
  }
  for (const [i, cells] of rows.entries()) {
    checks.check(cells.length === rows[0].length, `${name}: row ${i + 1} has ${cells.length} cells for ${rows[0].length}`);
  }
  return rows;
}

async function readTable(name) {
  const [header, ...rows] = parseCsv(name, await read(name));
  return { header, rows: rows.map((cells) => Object.fromEntries(cells.map((cell, i) => [header[i], cell]))) };
}

const dictionary = await readTable('fields.csv');
const fieldsOf = (name) => dictionary.rows.filter((row) => row.file === name).map((row) => row.field);

function ringArea(ring) {
  let twice = 0;
  for (let i = 0; i + 1 < ring.length; i++) {
    twice += (ring[i][0] - ring[0][0]) * (ring[i + 1][1] - ring[0][1]) - (ring[i + 1][0] - ring[0][0]) * (ring[i][1] - ring[0][1]);
  }
  return twice / 2;
}

function positionsOf(geometry) {
  return geometry === null ? [] : geometry.type === 'Point' ? [geometry.coordinates] : geometry.coordinates.flat(geometry.type === 'MultiPolygon' ? 2 : 1);
}

function checkProperties(name, feature) {
  const { properties } = feature;
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === 'string' && /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/.test(value)) {
      checks.check(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/.test(value), `${name}: ${feature.id}: ${key} looks like a date: ${value}`);
    }
    if (key.endsWith('_shown')) {
      const number = properties[key.slice(0, -'_shown'.length)];
      const same = number === null ? /^(fewer than \d+|not shown|not known)$/.test(value) : value.replaceAll(',', '') === String(number);
      checks.check(same, `${name}: ${feature.id}: ${key} says ${value}, the number is ${number}`);
    }
  }
}

function checkGeometry(name, feature) {
  const { geometry } = feature;
  if (geometry === null) {
    return;
  }
  if (geometry.type === 'MultiPolygon') {
    checks.check(booleanValid(feature), `${name}: ${feature.id} is not valid`);
    for (const polygon of geometry.coordinates) {
      for (const [i, ring] of polygon.entries()) {
        checks.check(i === 0 ? ringArea(ring) > 0 : ringArea(ring) < 0, `${name}: ${feature.id}: ring ${i} turns the wrong way`);
      }
    }
  }
}

async function checkLayer(name) {
  const text = await read(name);
  let layer = null;
  try {
    layer = checkGeojson(text);
    checks.check(true);
  } catch (error) {
    checks.check(false, `${name}: ${error.message}: ${JSON.stringify(error.issues?.slice(0, 3) ?? '')}`);
    return null;
  }
  checks.check(!('crs' in layer), `${name}: a crs member`);
  checks.check(!/\d\.\d{7,}\s*[\],]/.test(text.replace(/"properties":\{[^}]*\}/g, '')), `${name}: more than six decimals`);
  checks.check(await exists(name.replace(/geojson$/, 'qml')) || layer.features[0]?.geometry?.type === 'Point', `${name}: no .qml beside it`);
  const fields = fieldsOf(name);
  checks.check(fields.length > 0, `${name}: no fields in fields.csv`);
  const ids = new Set();
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const feature of layer.features) {
    checks.check(typeof feature.id === 'string' && feature.properties.id === feature.id, `${name}: an id that is not a text in both places`);
    checks.check(!ids.has(feature.id), `${name}: the id ${feature.id} twice`);
    ids.add(feature.id);
    checks.check(Object.keys(feature.properties).join() === fields.join(), `${name}: ${feature.id}: properties are not those of fields.csv`);
    checkProperties(name, feature);
    checkGeometry(name, feature);
    for (const [x, y] of positionsOf(feature.geometry)) {
      box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
    }
  }
  checks.check(layer.features.length === 0 || JSON.stringify(layer.bbox) === JSON.stringify(box), `${name}: bbox ${layer.bbox}, the vertices say ${box}`);
  return layer;
}

async function checkTable(name) {
  const table = await readTable(name);
  if (!['fields.csv', 'metrics.csv'].includes(name)) { // the dictionaries themselves
    checks.check(table.header.join() === fieldsOf(name).join(), `${name}: columns are not those of fields.csv`);
  }
  return table;
}

/** The same words in tables/wards.csv as in wards.geojson. */
function checkSameFigures(wards, table) {
  for (const row of table.rows) {
    const ward = wards.features.find((feature) => feature.properties.code.replace(/^[=+@-]/, "'$&") === row.ward_code || feature.properties.code === row.ward_code);
    const prefix = row.theme.replaceAll('-', '_') + '_';
    const shown = ward?.properties[prefix + 'count_shown'].replaceAll(',', '');
    checks.check(shown === row.count, `wards.csv: ${row.theme}, ${row.ward_code}: ${row.count}, GeoJSON says ${shown}`);
    const change = ward?.properties[prefix + 'change'];
    checks.check((change === null) === !/^-?\d+$/.test(row.change) && (change === null || String(change) === row.change), `wards.csv: ${row.theme}, ${row.ward_code}: change ${row.change}, GeoJSON says ${change}`);
  }
}

const CRC_TABLE = Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) { n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; }
  return n >>> 0;
});
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) { crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8); }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Size and palette of a PNG; browsers forgive a wrong checksum, other programs refuse the picture. */
function pngFacts(bytes) {
  const view = Buffer.from(bytes);
  const facts = { isPng: view.subarray(0, 8).equals(Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])), palette: [], alpha: [] };
  let last = '';
  for (let at = 8; facts.isPng && at < view.length;) {
    const length = view.readUInt32BE(at);
    const type = last = view.toString('latin1', at + 4, at + 8);
    const data = view.subarray(at + 8, at + 8 + length);
    facts.isPng = at + 12 + length <= view.length && crc32(view.subarray(at + 4, at + 8 + length)) === view.readUInt32BE(at + 8 + length);
    if (type === 'IHDR') { facts.width = data.readUInt32BE(0); facts.height = data.readUInt32BE(4); }
    if (type === 'PLTE') { for (let i = 0; i < length; i += 3) { facts.palette.push('#' + data.toString('hex', i, i + 3)); } }
    if (type === 'tRNS') { facts.alpha = [...data]; }
    at += 12 + length;
  }
  facts.isPng &&= last === 'IEND';
  return facts;
}

async function checkArchive(name, size, colours) {
  const bytes = await readFile(path.join(publicDir, 'tiles', name));
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  // A base map is named by what it is made from, so that it need not be drawn again to know.
  checks.check(name.startsWith('basemap-') || name.includes('-' + hash), `${name}: the content's hash is ${hash}`);
  const file = await open(path.join(publicDir, 'tiles', name));
  const archive = new PMTiles(new FileSource(file, name));
  const header = await archive.getHeader();
  await archive.getMetadata();
  checks.check(header.specVersion === 3 && header.clustered && header.tileType === 2, `${name}: not a clustered PMTiles 3 of PNG`);
  let n = 0;
  for (let z = header.minZoom; z <= header.maxZoom; z++) {
    for (let x = tileX(header.minLon, z) - 1; x <= tileX(header.maxLon, z) + 1; x++) {
      for (let y = tileY(header.maxLat, z) - 1; y <= tileY(header.minLat, z) + 1; y++) {
        const tile = x >= 0 && y >= 0 && x < 2 ** z && y < 2 ** z ? await archive.getZxy(z, x, y) : undefined;
        if (!tile) { continue; }
        n++;
        const facts = pngFacts(tile.data);
        checks.check(facts.isPng && facts.width === size && facts.height === size, `${name}: ${z}/${x}/${y} is not a PNG of ${size} px`);
        checks.check(tile.data.byteLength <= 500000, `${name}: ${z}/${x}/${y} is over 500 kB`);
        if (colours) {
          const odd = facts.palette.filter((colour, i) => facts.alpha[i] !== 0 && !colours.has(colour));
          checks.check(facts.palette.length > 0 && odd.length === 0, `${name}: ${z}/${x}/${y} has colours that the legend has not: ${odd}`);
        }
      }
    }
  }
  checks.check(n === header.numAddressedTiles, `${name}: ${n} tiles found, ${header.numAddressedTiles} promised`);
  await file.close();
}

/** A square's box in its tile's units: it is whole in every tile that it lies in, for tiles reach over their edges by one. */
function checkSquare(name, feature, units) {
  const points = feature.loadGeometry().flat();
  const [xs, ys] = [points.map((p) => p.x), points.map((p) => p.y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  if (right < 0 || left > feature.extent || bottom < 0 || top > feature.extent) {
    return; // here only because it is near
  }
  // Squares of the working CRS are turned a little, and Mercator's scale changes over the area.
  checks.check(Math.abs(right - left - units) <= 3 + units * 0.06 && Math.abs(bottom - top - units) <= 3 + units * 0.06,
    `${name}: a square of ${right - left} x ${bottom - top} units, not ${units.toFixed(1)}`);
}

/** All features of a zoom, by layer and id: the same wherever they are met. */
async function readZoom(name, archive, header, z, vector) {
  const layers = {};
  let n = 0;
  const latitude = ((header.minLat + header.maxLat) / 2) * Math.PI / 180;
  const units = vector.cell_m / ((40075016.6856 * Math.cos(latitude)) / 2 ** z) * 4096;
  for (let x = Math.max(0, tileX(header.minLon, z) - 1); x <= tileX(header.maxLon, z) + 1; x++) {
    for (let y = Math.max(0, tileY(header.maxLat, z) - 1); y <= tileY(header.minLat, z) + 1; y++) {
      const tile = await archive.getZxy(z, x, y);
      if (!tile) { continue; }
      n++;
      checks.check(tile.data.byteLength <= 500000, `${name}: ${z}/${x}/${y} is over 500 kB`);
      for (const [id, layer] of Object.entries(new VectorTile(new Pbf(tile.data)).layers)) {
        layers[id] ??= new Map();
        for (let i = 0; i < layer.length; i++) {
          const feature = layer.feature(i);
          const known = layers[id].get(feature.id);
          checks.check(!known || JSON.stringify(known) === JSON.stringify(feature.properties), `${name}: ${z}/${x}/${y}: ${id} ${feature.id} differs from tile to tile`);
          layers[id].set(feature.id, feature.properties);
          if (id === 'cells') { checkSquare(`${name}: ${z}/${x}/${y}`, feature, units); }
        }
      }
    }
  }
  return { layers, n };
}

/** Vector tiles: on every zoom all features, adding up to what is said; the same numbers as in the GeoJSON of the same layer. */
async function checkVector(theme) {
  const { vector } = theme, name = vector.tiles;
  const bytes = await readFile(path.join(publicDir, 'tiles', name));
  checks.check(name.includes('-vector-' + createHash('sha256').update(bytes).digest('hex').slice(0, 8)), `${name}: named by another content`);
  await withArchive(path.join(publicDir, 'tiles', name), async (archive) => {
    const header = await archive.getHeader(), metadata = await archive.getMetadata();
    checks.check(header.specVersion === 3 && header.clustered && header.tileType === 1 && header.tileCompression === 2, `${name}: not a clustered PMTiles 3 of gzipped MVT`);
    checks.check(JSON.stringify(metadata.requests) === JSON.stringify(vector.requests), `${name}: legend.json says other sums`);
    checks.check(header.minZoom === vector.minzoom && header.maxZoom === vector.maxzoom, `${name}: zooms`);
    for (const layer of metadata.vector_layers) {
      checks.check(Object.keys(layer.fields).join() === fieldsOf(`tiles/*-vector-* ${layer.id}`).join(), `${name}: fields of ${layer.id} are not those of fields.csv`);
    }
    const prefix = theme.id.replaceAll('-', '_') + '_';
    const cells = layers[`geojson/cells-${theme.id}.geojson`].features.map((feature) => feature.properties);
    const wards = layers['geojson/wards.geojson'].features.map(({ properties: p }) => ({ id: p.id, count: p[prefix + 'count'], count_shown: p[prefix + 'count_shown'] }));
    const hotspots = layers['geojson/hotspots.geojson'].features.map((feature) => feature.properties).filter((hotspot) => hotspot.theme === theme.id);
    let n = 0;
    for (let z = header.minZoom; z <= header.maxZoom; z++) {
      const zoom = await readZoom(name, archive, header, z, vector);
      n += zoom.n;
      for (const [id, expected] of Object.entries({ wards, hotspots, cells })) {
        const found = [...(zoom.layers[id]?.values() ?? [])];
        checks.check(found.length === expected.length, `${name}: zoom ${z} has ${found.length} ${id}, GeoJSON ${expected.length}`);
        const sum = found.reduce((total, feature) => total + (feature.count ?? 0), 0);
        checks.check(sum === vector.requests[id].sum_of_counts, `${name}: zoom ${z}: ${id} add up to ${sum}, not ${vector.requests[id].sum_of_counts}`);
        for (const one of expected) {
          const same = found.find((feature) => feature.id === one.id);
          checks.check(same && (same.count ?? null) === one.count && ['count_shown', 'count_words', 'emerging'].every((key) => !(key in one) || (same[key] ?? null) === one[key]), `${name}: zoom ${z}: ${id} ${one.id}: ${JSON.stringify(same)}, GeoJSON says ${one.count}`);
        }
      }
    }
    checks.check(n === header.numAddressedTiles, `${name}: ${n} tiles found, ${header.numAddressedTiles} promised`);
    for (const id of ['wards', 'hotspots', 'cells']) {
      const { all } = vector.requests, { sum_of_counts: sum, not_in_counts: rest } = vector.requests[id];
      checks.check(all === null ? rest === null : sum + rest === all && rest >= 0, `${name}: ${id}: ${sum} and ${rest} are not ${all}`);
    }
    for (const cell of cells) {
      const to = cell.count + vector.cell_count_step - 1;
      checks.check(cell.count > 0 && cell.count % vector.cell_count_step === 0 && cell.count_words === (to > cell.count ? `${cell.count} to ${to}` : String(cell.count)), `${name}: ${cell.id} has ${cell.count}, "${cell.count_words}"`);
    }
  });
}

async function checkTiles() {
  const legend = JSON.parse(await read('tiles/legend.json'));
  for (const theme of legend.themes) {
    const colours = new Set([...theme.classes.map((one) => one.colour), legend.blank_colour]);
    checks.check(theme.classes.every((one, i) => i === 0 || one.from === theme.classes[i - 1].to), `legend: ${theme.id}: classes leave gaps`);
    await checkArchive(theme.tiles, 256, colours);
    await checkArchive(theme.tiles_2x, 512, colours);
    if (layers['geojson/wards.geojson']) {
      await checkVector(theme);
    }
  }
  for (const sheet of ['below', 'above', 'names'].filter((name) => legend.basemap?.[name])) {
    await checkArchive(legend.basemap[sheet], legend.basemap.tile_px, null);
  }
}

/** MapLibre's own validator accepts the style; all it asks for is there; each theme has its layers, and the first one's show. */
async function checkStyle() {
  const style = JSON.parse(await read('tiles/style.json'));
  const legend = JSON.parse(await read('tiles/legend.json'));
  const { validateStyleMin } = await import(new URL('../../dashboard/node_modules/@maplibre/maplibre-gl-style-spec/dist/index.mjs', import.meta.url));
  for (const fault of validateStyleMin(style)) {
    checks.check(false, `tiles/style.json: ${fault.message}`);
  }
  for (const [name, source] of Object.entries(style.sources)) {
    const file = source.url?.replace('pmtiles://', '') ?? source.data;
    checks.check(typeof file !== 'string' || files.includes(file), `tiles/style.json: source ${name}: ${file} is not there`);
    checks.check(style.layers.some((layer) => layer.source === name), `tiles/style.json: nothing draws ${name}`);
  }
  for (const [i, theme] of legend.themes.entries()) {
    const own = style.layers.filter((layer) => layer.metadata?.['wardheat:theme'] === theme.id);
    checks.check(own.some((layer) => layer.type === 'raster') && own.some((layer) => layer.source === 'hotspots'), `tiles/style.json: ${theme.id} has no layers`);
    checks.check(own.every((layer) => layer.layout.visibility === (i === 0 ? 'visible' : 'none')), `tiles/style.json: ${theme.id} shows when it should not`);
  }
  const at = (id) => style.layers.findIndex((layer) => layer.id === id);
  const order = ['land', 'basemap-below', `density-${legend.themes[0].id}`, 'basemap-above', 'wards', 'basemap-names'].filter((id) => at(id) >= 0);
  checks.check(order.every((id, i) => i === 0 || at(order[i - 1]) < at(id)), `tiles/style.json: layers are out of order: ${order}`);
}

function query(name, sql) {
  const ended = spawnSync('sqlite3', ['-readonly', '-json', path.join(publicDir, name), sql], { encoding: 'utf8', maxBuffer: 1 << 26 });
  checks.check(ended.status === 0, `${name}: ${sql}: ${ended.error?.message ?? ended.stderr}`);
  return ended.stdout ? JSON.parse(ended.stdout) : [];
}

/** The GeoPackage: whole, styled, defined, and with the same values as the GeoJSON of each layer. */
function checkGeopackage(name) {
  checks.check(query(name, 'PRAGMA integrity_check')[0]?.integrity_check === 'ok', `${name}: damaged`);
  checks.check(query(name, 'PRAGMA freelist_count')[0]?.freelist_count === 0, `${name}: free pages`);
  const contents = query(name, 'SELECT table_name, data_type, srs_id, identifier, last_change FROM gpkg_contents');
  checks.check(new Set(contents.map((one) => one.last_change)).size === 1 && contents.every((one) => /T00:00:00.000Z$/.test(one.last_change)), `${name}: a time of day`);
  const metadata = query(name, "SELECT metadata FROM gpkg_metadata JOIN gpkg_metadata_reference ON md_file_id = id WHERE reference_scope = 'geopackage'");
  checks.check(metadata.some((row) => /release/.test(row.metadata) && /licences/.test(row.metadata)), `${name}: no provenance`);
  const styles = query(name, 'SELECT f_table_name, styleQML, styleSLD, useAsDefault FROM layer_styles');
  const defined = query(name, 'SELECT layer, field, alias, definition FROM fields');
  for (const { table_name: table, data_type: type } of contents) {
    const columns = query(name, `SELECT name FROM pragma_table_info('${table}') WHERE name NOT IN ('fid', 'geom')`).map((row) => row.name);
    if (table !== 'layer_styles') {
      checks.check(columns.join() === defined.filter((row) => row.layer === table && row.alias && row.definition).map((row) => row.field).join(), `${name}: ${table}: columns are not those of its table fields`);
    }
    if (type !== 'features') { continue; }
    const own = styles.filter((style) => style.f_table_name === table);
    checks.check(own.filter((style) => style.useAsDefault === 1).length === 1 && own.every((style) => /<renderer-v2 /.test(style.styleQML) && /<PolygonSymbolizer>/.test(style.styleSLD)), `${name}: ${table}: ${own.length} styles`);
    checks.check(query(name, `SELECT count(*) AS n FROM rtree_${table}_geom`)[0].n === query(name, `SELECT count(*) AS n FROM ${table} WHERE geom IS NOT NULL AND NOT (substr(hex(geom), 7, 2) & 16)`)[0].n, `${name}: ${table}: no R-tree`);
    const layer = Object.keys(layers).find((file) => file.replace(/^geojson\/|\.geojson$/g, '').replace(/^areas-/, '').replace(/^cells-/, 'grid-').replaceAll('-', '_') === table);
    const rows = query(name, `SELECT * FROM ${table} ORDER BY fid`), features = layers[layer]?.features ?? [];
    checks.check(rows.length === features.length, `${name}: ${table} has ${rows.length} rows, ${layer} ${features.length}`);
    for (const [i, row] of rows.entries()) {
      const wrong = columns.filter((column) => row[column] !== features[i]?.properties[column]);
      checks.check(wrong.length === 0, `${name}: ${table}: ${row.id}: ${wrong.map((column) => `${column} is ${row[column]}, not ${features[i]?.properties[column]}`)}`);
    }
  }
  for (const table of ['wards', 'hotspots', 'hotspots_by_ward', 'runs', 'themes', 'unreadable_rows', 'fields', 'layer_styles']) {
    checks.check(contents.some((one) => one.table_name === table), `${name}: no ${table}`);
  }
  return contents.filter((one) => one.data_type === 'features').map((one) => one.table_name);
}

/** The QGIS project: every layer that it names is there, by a path that moves with it. */
async function checkProject(name, tables) {
  const bytes = await readFile(path.join(publicDir, name));
  checks.check(bytes.readUInt32LE(0) === 0x04034b50 && bytes.readUInt32LE(bytes.length - 22) === 0x06054b50, `${name}: not a ZIP file`);
  const length = bytes.readUInt32LE(18), from = 30 + bytes.readUInt16LE(26);
  const xml = inflateRawSync(bytes.subarray(from, from + length)).toString('utf8');
  checks.check(xml.length === bytes.readUInt32LE(22) && crc32(Buffer.from(xml)) === bytes.readUInt32LE(14), `${name}: another size or checksum`);
  const unescape = (text) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const sources = [...xml.matchAll(/<datasource>(.*?)<\/datasource>/g)].map((match) => unescape(match[1]));
  checks.check(sources.length > 0 && /<Absolute type="bool">false/.test(xml), `${name}: no layers, or absolute paths`);
  for (const source of sources) {
    const [file, layer] = source.split('|');
    checks.check(file.startsWith('./') && files.includes(file.slice(2)) && (!layer || tables.includes(layer.replace('layername=', ''))), `${name}: ${source} is not there`);
  }
  const ids = [...xml.matchAll(/<maplayer [^>]*>\s*<id>(.*?)<\/id>/g)].map((match) => match[1]);
  const leaves = [...xml.matchAll(/<layer-tree-layer id="(.*?)"/g)].map((match) => match[1]);
  checks.check([...ids].sort().join() === [...leaves].sort().join() && new Set(ids).size === ids.length, `${name}: layers ${ids}, in the tree ${leaves}`);
  for (const table of tables) {
    checks.check(sources.some((source) => source.includes(`layername=${table}`)), `${name}: ${table} is missing`);
  }
}

/** Every link of a page leads to a file of the release, or to a place on the page. */
async function checkLinks(name) {
  const html = await read(name);
  const ids = new Set([...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]));
  for (const [, link] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
    if (link.startsWith('#')) {
      checks.check(ids.has(link.slice(1)), `${name}: ${link} leads nowhere`);
      continue;
    }
    checks.check(!/^[a-z]+:|^\/\//.test(link), `${name}: ${link} leads to another site`);
    const target = path.normalize(path.join(path.dirname(name), link.split('#')[0]));
    checks.check(files.includes(target), `${name}: ${link} is not there`);
  }
}

for (const name of files) {
  checks.check(/^[a-z0-9@./-]+$/i.test(name) && !name.includes('..'), `the file name ${name}`);
}
const layers = {};
for (const name of files.filter((file) => file.endsWith('.geojson'))) {
  layers[name] = await checkLayer(name);
}
const tables = {};
for (const name of files.filter((file) => file.endsWith('.csv'))) {
  tables[name] = await checkTable(name);
}
if (layers['geojson/wards.geojson']) {
  checkSameFigures(layers['geojson/wards.geojson'], tables['tables/wards.csv']);
}
if (files.includes('tiles/legend.json')) {
  await checkTiles();
}
if (files.includes('tiles/style.json')) {
  await checkStyle();
}
if (files.includes('wardheat.gpkg')) {
  await checkProject('wardheat.qgz', checkGeopackage('wardheat.gpkg'));
}
for (const name of files.filter((file) => file.endsWith('.png'))) {
  checks.check(pngFacts(await readFile(path.join(publicDir, name))).isPng, `${name}: not a sound PNG`);
}
for (const name of files.filter((file) => file.endsWith('.html'))) {
  await checkLinks(name);
}
checks.end();
