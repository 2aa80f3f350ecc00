// usage: export-tiles.mjs ARCHIVE.pmtiles FOLDER: every tile that the npm reader finds, as FOLDER/z/x/y.png.
import { mkdir, writeFile } from 'node:fs/promises';
import { tileX, tileY, withArchive } from './archive.mjs';

const [name, folder] = process.argv.slice(2);
await withArchive(name, async (archive) => {
  const header = await archive.getHeader();
  let count = 0;
  for (let z = header.minZoom; z <= header.maxZoom; z++) {
    for (let x = tileX(header.minLon, z); x <= tileX(header.maxLon, z); x++) {
      for (let y = tileY(header.maxLat, z); y <= tileY(header.minLat, z); y++) {
        const tile = await archive.getZxy(z, x, y);
        if (!tile) continue;
        await mkdir(`${folder}/${z}/${x}`, { recursive: true });
        await writeFile(`${folder}/${z}/${x}/${y}.png`, Buffer.from(tile.data));
        count++;
      }
    }
  }
  if (count !== header.numAddressedTiles) {
    console.error(`${count} tiles found within the bounds, ${header.numAddressedTiles} are in the archive`);
    process.exitCode = 1;
  }
});
