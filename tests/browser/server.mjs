// A tiny static server on loopback with range requests: what a council's web server does, and no more.
import { createServer } from 'node:http';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8', '.json': 'application/json', '.geojson': 'application/geo+json',
  '.csv': 'text/csv; charset=utf-8', '.svg': 'image/svg+xml', '.png': 'image/png', '.pdf': 'application/pdf',
  '.pmtiles': 'application/octet-stream',
};

async function answer(root, request, response) {
  const url = new URL(request.url, 'http://localhost');
  const name = decodeURIComponent(url.pathname);
  const file = path.join(root, name.endsWith('/') ? name + 'index.html' : name);
  const info = file.startsWith(path.resolve(root) + path.sep) ? await stat(file).catch(() => null) : null;
  if (!info || !info.isFile()) {
    response.writeHead(404).end('not found');
    return;
  }
  const head = { 'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream', 'Accept-Ranges': 'bytes' };
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (!range) {
    response.writeHead(200, { ...head, 'Content-Length': info.size });
    createReadStream(file).pipe(response);
    return;
  }
  const from = Number(range[1]);
  const to = Math.min(range[2] === '' ? info.size - 1 : Number(range[2]), info.size - 1);
  if (from > to) {
    response.writeHead(416, { 'Content-Range': `bytes */${info.size}` }).end();
    return;
  }
  response.writeHead(206, { ...head, 'Content-Range': `bytes ${from}-${to}/${info.size}`, 'Content-Length': to - from + 1 });
  createReadStream(file, { start: from, end: to }).pipe(response);
}

/** Serves `root` on a free port; `close()` ends it. */
export async function serve(root) {
  const server = createServer((request, response) => {
    answer(path.resolve(root), request, response).catch(() => response.destroy());
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
