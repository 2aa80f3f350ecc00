// Reads the archive that tests/publish/test_pmtiles.c makes: every tile of zooms 0 to 8 says where it belongs.
import { withArchive } from './archive.mjs';

let failures = 0;
let checks = 0;
const check = (holds, what) => {
  checks++;
  if (!holds) {
    failures++;
    console.log(what);
  }
};
await withArchive(process.argv[2], async (archive) => {
  const header = await archive.getHeader();
  const metadata = await archive.getMetadata();
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
});
console.log(failures === 0 ? `ok ${checks} checks` : `${failures} of ${checks} checks failed`);
process.exit(failures === 0 ? 0 : 1);
