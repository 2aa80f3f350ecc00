// A file as the npm reader of PMTiles wants it.
import { open } from 'node:fs/promises';
import { PMTiles } from 'pmtiles';

export class FileSource {
  constructor(file, name) {
    this.file = file;
    this.name = name;
  }
  getKey() {
    return this.name;
  }
  async getBytes(offset, length) {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await this.file.read(bytes, 0, length, offset);
    return { data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytesRead) };
  }
}

/** Calls `use(archive)` with the archive of that name, open. */
export async function withArchive(name, use) {
  const file = await open(name);
  try {
    return await use(new PMTiles(new FileSource(file, name)));
  } finally {
    await file.close();
  }
}

/** The tile of a zoom that holds a longitude, a latitude. */
export const tileX = (lon, z) => Math.floor(((lon + 180) / 360) * 2 ** z);
export const tileY = (lat, z) => Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z);
