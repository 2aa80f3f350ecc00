// What `wardheat hotspots` and `wardheat tiles` wrote, read by independent readers; used by tests/cli.
//   node check-cli.mjs geojson FILE       RFC 7946, and every geometry valid
//   node check-cli.mjs pmtiles URL        an archive over HTTP, in ranges, as a dashboard reads it; prints its zooms and tiles
import { readFile } from 'node:fs/promises';
import { check as checkGeojson } from '@placemarkio/check-geojson';
import { booleanValid } from '@turf/boolean-valid';
import { PMTiles } from 'pmtiles';

const [what, name] = process.argv.slice(2);
if (what === 'geojson') {
  const collection = checkGeojson(await readFile(name, 'utf8')); // throws what is wrong, with its place
  const bad = collection.features.filter((feature) => !booleanValid(feature.geometry));
  for (const feature of bad) console.log(`${feature.id} is not valid`);
  console.log(`${collection.features.length} features`);
  process.exit(bad.length === 0 ? 0 : 1);
}
if (what === 'pmtiles') {
  const archive = new PMTiles(name);
  const header = await archive.getHeader();
  let tiles = 0;
  for (let z = header.minZoom; z <= header.maxZoom; z++) {
    const n = 2 ** z;
    const mercator = (lat) => (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2;
    for (let x = Math.floor(((header.minLon + 180) / 360) * n); x <= ((header.maxLon + 180) / 360) * n; x++) {
      for (let y = Math.floor(mercator(header.maxLat) * n); y <= mercator(header.minLat) * n; y++) {
        const tile = await archive.getZxy(z, x, y);
        if (!tile) continue;
        const bytes = Buffer.from(tile.data);
        if (bytes.subarray(0, 8).toString('hex') !== '89504e470d0a1a0a') throw new Error(`${z}/${x}/${y} is no PNG`);
        tiles++;
      }
    }
  }
  console.log(`zoom ${header.minZoom} to ${header.maxZoom}, ${tiles} tiles`);
  process.exit(tiles > 0 ? 0 : 1);
}
process.exit(2);
