// Reads the archive that tests/publish/test_pmtiles.c makes: every tile of zooms 0 to 8 says where it belongs.
import { open } from 'node:fs/promises';
import { PMTiles } from 'pmtiles';

/** A file as the npm reader wants it. */
class FileSource {
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

const file = await open(process.argv[2]);
const archive = new PMTiles(new FileSource(file, process.argv[2]));
const header = await archive.getHeader();
const metadata = await archive.getMetadata();
let failures = 0;
let checks = 0;
const check = (holds, what) => {
  checks++;
  if (!holds) {
    failures++;
    console.log(what);
  }
};
check(header.specVersion === 3 && header.clustered, 'not a clustered archive of version 3');
check(header.leafDirectoryLength > 0, 'no leaf directories');
check(metadata.description === 'requests per km² in 90 days', 'the metadata are not as given');
for (let z = 0; z <= 8; z++) {
  for (let x = 0; x < 2 ** z; x++) {
    for (let y = 0; y < 2 ** z; y++) {
      const tile = await archive.getZxy(z, x, y);
      const text = tile ? new TextDecoder().decode(tile.data).trim() : 'nothing';
      check(text === `tile ${z}/${x}/${y}`, `${z}/${x}/${y} holds ${text}`);
    }
  }
}
await file.close();
console.log(failures === 0 ? `ok ${checks} checks` : `${failures} of ${checks} checks failed`);
process.exit(failures === 0 ? 0 : 1);
