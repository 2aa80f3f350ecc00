// node check-agreement.mjs RELEASE_DIR: ACCEPTANCE B6: at random cell centres, do the officer's density, the class that the public GeoTIFF holds, and the
// pixels of both editions' tiles at every zoom and both sizes agree by the legend, where nothing is suppressed? GDAL reads the rasters and places the cells.
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { withArchive } from './archive.mjs';
import { Checks } from './checks.mjs';

const [release] = process.argv.slice(2);
if (!release) {
  console.log('usage: node check-agreement.mjs RELEASE_DIR');
  process.exit(2);
}
const CELLS = 100;
const [BLANK, OUTSIDE] = [254, 255];
const checks = new Checks();

function gdal(program, args, input) {
  const ended = spawnSync(program, args, { encoding: 'utf8', input, maxBuffer: 1 << 26 });
  if (ended.status !== 0) {
    throw new Error(`${program} ${args.join(' ')}: ${ended.error?.message ?? ended.stderr}`);
  }
  return ended.stdout;
}

/** Numbers of one seed: the same cells every time. */
function makeRandom(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** An indexed PNG without filters, as ours are: colour and opacity of a pixel. */
function pixelOf(bytes, x, y) {
  const png = Buffer.from(bytes);
  const parts = new Map([['tRNS', Buffer.alloc(0)]]);
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const kind = png.toString('latin1', at + 4, at + 8);
    parts.set(kind, png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const head = parts.get('IHDR');
  const [width, bits] = [head.readUInt32BE(0), head[8]];
  const stride = Math.ceil((width * bits) / 8) + 1;
  const rows = inflateSync(parts.get('IDAT'));
  if (rows[y * stride] !== 0 || head[9] !== 3) {
    throw new Error('not an indexed PNG without filters');
  }
  const byte = rows[y * stride + 1 + ((x * bits) >> 3)];
  const index = (byte >> (8 - bits - ((x * bits) & 7))) & ((1 << bits) - 1);
  return { colour: '#' + parts.get('PLTE').toString('hex', 3 * index, 3 * index + 3), alpha: parts.get('tRNS')[index] ?? 255 };
}

/** All values of a raster, row by row from the north. */
function readRaster(file) {
  const info = JSON.parse(gdal('gdalinfo', ['-json', file]));
  const [nx, ny] = info.size;
  const values = gdal('gdal_translate', ['-q', '-of', 'XYZ', file, '/vsistdout/']).trim().split('\n').map((line) => Number(line.split(' ')[2]));
  const [x0, cell, , y0] = info.geoTransform;
  return { nx, ny, x0, y0, cell, values, at: (col, row) => (col < 0 || row < 0 || col >= nx || row >= ny ? Number.NaN : values[row * nx + col]) };
}

function transform(from, to, points) {
  return gdal('gdaltransform', ['-s_srs', from, '-t_srs', to, '-output_xy'], points.map((point) => point.join(' ')).join('\n')).trim().split('\n').map((line) => line.split(' ').map(Number));
}

/** The tile's pixel over a longitude and latitude, and where its middle lies. */
function pixelAt(lon, lat, z, size) {
  const world = size * 2 ** z;
  const px = Math.floor(((lon + 180) / 360) * world);
  const py = Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * world);
  const middle = [((px + 0.5) / world) * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - (2 * (py + 0.5)) / world))) * 180) / Math.PI];
  return { tile: [Math.floor(px / size), Math.floor(py / size)], x: px % size, y: py % size, middle };
}

/** The raster of an edition, with the class of each cell by the legend: officers' holds densities, the public one classes. */
function readClasses(edition, theme) {
  const raster = readRaster(path.join(release, edition, 'density', `${theme.id}.tif`));
  const isPublic = edition === 'public';
  const classOf = (value) => (isPublic ? (value === OUTSIDE ? Number.NaN : value) : Number.isFinite(value) ? theme.classes.filter((one) => value >= one.from).length : Number.NaN);
  return { ...raster, classAt: (col, row) => classOf(raster.at(col, row)) };
}

/** Cells inside that are not suppressed; half of them where there is something to see, if it is anywhere. */
function pickCells(raster, random) {
  const cells = [];
  for (let tries = 0; cells.length < CELLS && tries < 1000000; tries++) {
    const [col, row] = [Math.floor(random() * raster.nx), Math.floor(random() * raster.ny)];
    const shown = raster.classAt(col, row);
    if (Number.isFinite(shown) && shown !== BLANK && (cells.length % 2 === 0 || shown > 0 || tries > 50000)) {
      cells.push({ col, row, shown });
    }
  }
  return cells;
}

/** Between four cells the surface runs from the least to the greatest: so may a pixel whose middle is not the cell's. A place may be a tenth of a pixel
 * from where PROJ puts it. */
function classesAround(raster, [x, y]) {
  const u = (x - raster.x0) / raster.cell - 0.5;
  const v = (raster.y0 - y) / raster.cell - 0.5;
  const around = [];
  for (const [du, dv] of [[-0.3, -0.3], [-0.3, 0.3], [0.3, -0.3], [0.3, 0.3]]) {
    for (const [dx, dy] of [[0, 0], [1, 0], [0, 1], [1, 1]]) {
      around.push(raster.classAt(Math.floor(u + du) + dx, Math.floor(v + dv) + dy));
    }
  }
  return around;
}

async function checkZoom(name, archive, z, theme, legend, raster, cells, pixels) {
  let exact = 0;
  for (const [i, cell] of cells.entries()) {
    const { tile, x, y, around } = pixels[i];
    const data = (await archive.getZxy(z, ...tile))?.data;
    const { colour, alpha } = data ? pixelOf(data, x, y) : { colour: '', alpha: 0 };
    const found = alpha === 0 ? 0 : theme.classes.findIndex((one) => one.colour === colour) + 1;
    exact += found === cell.shown;
    if (around.includes(BLANK)) { continue; }
    const known = around.filter(Number.isFinite);
    const fits = known.length === 0 ? found === 0 : found >= Math.min(...known) && found <= Math.max(...known);
    checks.check(fits && colour !== legend.blank_colour, `${name}: ${colour}, class ${found}, where the cells around are of ${around}`);
  }
  return exact;
}

async function checkTheme(edition, theme, legend, random) {
  const raster = readClasses(edition, theme);
  const cells = pickCells(raster, random);
  checks.check(cells.length === CELLS, `${edition}, ${theme.id}: ${cells.length} cells to look at`);
  const places = transform('EPSG:27700', 'EPSG:4326', cells.map((cell) => [raster.x0 + (cell.col + 0.5) * raster.cell, raster.y0 - (cell.row + 0.5) * raster.cell]));
  for (const [file, size] of [[theme.tiles, 256], [theme.tiles_2x, 512]]) {
    const zooms = Array.from({ length: theme.tiles_zoom_max - legend.zoom_min + 1 }, (_, i) => legend.zoom_min + i);
    const pixels = zooms.flatMap((z) => places.map(([lon, lat]) => pixelAt(lon, lat, z, size)));
    const middles = transform('EPSG:4326', 'EPSG:27700', pixels.map((pixel) => pixel.middle));
    pixels.forEach((pixel, i) => { pixel.around = classesAround(raster, middles[i]); });
    await withArchive(path.join(release, edition, 'tiles', file), async (archive) => {
      for (const [i, z] of zooms.entries()) {
        const name = `${edition}, ${theme.id}, ${size} px, z${z}`;
        const exact = await checkZoom(name, archive, z, theme, legend, raster, cells, pixels.slice(i * cells.length, (i + 1) * cells.length));
        checks.check(z < theme.tiles_zoom_max || exact >= 0.9 * CELLS, `${name}: only ${exact} of ${CELLS} cell centres are shown in their own class`);
      }
    });
  }
  return { raster, cells };
}

/** Where both editions are of the same days, the public class is that of the officer's density, unless it is suppressed. */
function checkEditions(theme, open, closed) {
  for (const { col, row, shown } of closed.cells) {
    const want = open.raster.classAt(col, row);
    checks.check(shown === want, `${theme.id}: the officer's density is of class ${want}, the public raster says ${shown}`);
  }
}

const readLegend = async (edition) => JSON.parse(await readFile(path.join(release, edition, 'tiles/legend.json'), 'utf8'));
const legends = { officer: await readLegend('officer'), public: await readLegend('public') };
const random = makeRandom(20261126);
let nCompared = 0;
for (const theme of legends.public.themes.filter((one) => one.tiles)) {
  const exact = legends.officer.themes.find((one) => one.id === theme.id);
  checks.check(JSON.stringify(exact.classes) === JSON.stringify(theme.classes), `${theme.id}: the editions have other classes`);
  const open = await checkTheme('officer', exact, legends.officer, random);
  const closed = await checkTheme('public', theme, legends.public, random);
  if (JSON.stringify(exact.period) === JSON.stringify(theme.period)) {
    checkEditions(theme, open, closed);
    nCompared++;
  }
}
console.log(`editions of the same days: ${nCompared} themes`);
checks.end();
