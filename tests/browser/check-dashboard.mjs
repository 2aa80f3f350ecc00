// node check-dashboard.mjs PUBLIC_DIR [SCREENSHOT_DIR]: opens a release's pages in headless Chromium, with and without JavaScript. Pictures are taken
// only when there is a folder for them: of whole pages they take longer than the checks.
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { Checks } from './checks.mjs';
import { serve } from './server.mjs';

const [publicDir, shotDir] = process.argv.slice(2);
if (!publicDir) {
  console.log('usage: node check-dashboard.mjs PUBLIC_DIR [SCREENSHOT_DIR]');
  process.exit(2);
}
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 375, height: 800 };
const REFLOW = { width: 320, height: 700 }; // WCAG 1.4.10
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const MAP_TIMEOUT_MS = 60000;

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const checks = new Checks();
if (shotDir) {
  await mkdir(shotDir, { recursive: true });
}
const server = await serve(publicDir);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless=new', '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist',
    '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

async function takePicture(page, name, fullPage = true) {
  if (shotDir) {
    await page.screenshot({ path: path.join(shotDir, name), fullPage });
  }
}

/** A page that reports console errors, failed requests and requests to any other host. */
async function openPage(name, address, options) {
  const context = await browser.newContext(options);
  const view = { name, requests: [], page: await context.newPage(), close: () => context.close() };
  const { page, requests } = view;
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      // SwiftShader's own remarks on reading pixels back are about the machine, not about the page.
      checks.check(/GPU stall|GL Driver Message/.test(message.text()), `${view.name}: console ${message.type()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => checks.check(false, `${view.name}: error in the page: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    checks.check(reason === 'net::ERR_ABORTED', `${view.name}: ${request.url()} failed: ${reason}`);
  });
  page.on('response', (response) => checks.check(response.status() < 400, `${view.name}: ${response.url()} gave ${response.status()}`));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(server.url + address, { waitUntil: 'load' });
  return view;
}

function checkHosts(name, requests) {
  for (const url of requests) {
    const isOurs = url.startsWith(server.url) || url.startsWith('blob:' + server.url.slice(0, -1)) || url.startsWith('data:');
    checks.check(isOurs, `${name}: asks another host: ${url}`);
  }
}

async function checkAxe(name, page) {
  await page.evaluate(axeSource);
  const result = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), WCAG);
  checks.check(result.passes.length > 10, `${name}: axe looked at ${result.passes.length} rules only`);
  for (const violation of result.violations) {
    for (const node of violation.nodes) {
      checks.check(false, `${name}: axe ${violation.id}: ${violation.help}: ${node.html.slice(0, 160)}`);
    }
  }
  checks.check(result.violations.length === 0, `${name}: axe finds ${result.violations.length} violations`);
}

async function checkStructure(name, page) {
  const found = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    h1: document.querySelectorAll('h1').length,
    main: document.querySelectorAll('main').length,
    headers: [...document.querySelectorAll('th')].every((th) => ['col', 'row'].includes(th.scope)),
    images: [...document.images].every((image) => image.alt.length > 10),
    inline: document.querySelectorAll('[style]:not(.live, .live *), script:not([src]), [onclick]').length,
    ids: [...document.querySelectorAll('[id]')].map((element) => element.id),
  }));
  checks.check(found.lang === 'en', `${name}: no lang`);
  checks.check(found.h1 === 1, `${name}: ${found.h1} h1`);
  checks.check(found.main === 1, `${name}: ${found.main} main`);
  checks.check(found.headers, `${name}: a table header without scope`);
  checks.check(found.images, `${name}: a picture without words`);
  checks.check(found.inline === 0, `${name}: ${found.inline} inline scripts or styles`);
  checks.check(new Set(found.ids).size === found.ids.length, `${name}: an id twice`);
}

async function checkReflow(name, address, options) {
  const view = await openPage(name, address, { viewport: REFLOW, ...options });
  const wide = await view.page.evaluate(() => document.documentElement.scrollWidth);
  checks.check(wide <= REFLOW.width, `${name}: ${wide} px wide in a window of ${REFLOW.width}`);
  await view.close();
}

const wards = JSON.parse(await readFile(path.join(publicDir, 'geojson/wards.geojson'), 'utf8'));
const legend = JSON.parse(await readFile(path.join(publicDir, 'tiles/legend.json'), 'utf8'));
const hasMap = (await readdir(path.join(publicDir, 'assets'))).includes('map.js');

/** Every theme's table has a row a ward, with the words of wards.geojson in it. */
async function checkTables(name, page) {
  for (const theme of legend.themes) {
    const rows = await page.locator(`#${theme.id} table.wards tbody tr`).evaluateAll((trs) => trs.map((tr) => ({ code: tr.dataset.code, cells: [...tr.cells].map((cell) => cell.textContent.trim()) })));
    checks.check(rows.length === wards.features.length, `${name}: ${theme.id} has ${rows.length} rows for ${wards.features.length} wards`);
    const prefix = theme.id.replaceAll('-', '_') + '_';
    for (const { properties } of wards.features) {
      const row = rows.find((one) => one.code === properties.code)?.cells;
      const words = row && [row[2], row[3]];
      const want = [properties[prefix + 'count_shown'], properties[prefix + 'previous_shown']];
      checks.check(row && words.join() === want.join(), `${name}: ${theme.id}, ${properties.name}: ${words} on the page, ${want} in GeoJSON`);
    }
  }
}

async function checkPlain() {
  const name = 'index without JavaScript';
  const view = await openPage(name, 'index.html', { viewport: WIDE, javaScriptEnabled: false });
  checkHosts(name, view.requests);
  for (const theme of legend.themes) {
    checks.check(await view.page.locator(`#${theme.id}`).isVisible(), `${name}: ${theme.id} is hidden`);
    checks.check(await view.page.locator(`#${theme.id} .picture img`).isVisible(), `${name}: ${theme.id} has no picture`);
    checks.check((await view.page.locator(`#${theme.id} .lead`).innerText()).length > 10, `${name}: ${theme.id} has no sentence`);
  }
  await checkTables(name, view.page);
  await checkStructure(name, view.page);
  await takePicture(view.page, 'index-plain-1280.png');
  await view.page.setViewportSize(NARROW);
  await takePicture(view.page, 'index-plain-375.png');
  await view.close();
  await checkReflow('index without JavaScript at 320 px', 'index.html', { javaScriptEnabled: false });
}

/** How many different colours the map's canvas shows: a blank one has one. */
async function coloursOf(page) {
  const png = await page.locator('.is-live .live').screenshot();
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const pen = canvas.getContext('2d');
    pen.drawImage(bitmap, 0, 0);
    const { data } = pen.getImageData(0, 0, bitmap.width, bitmap.height);
    const seen = new Set();
    for (let i = 0; i < data.length; i += 4) {
      seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
    }
    return seen.size;
  }, png.toString('base64'));
}

async function checkSorting(name, page) {
  const table = page.locator('section.theme:not([hidden]) table.wards').first();
  await table.locator('th[data-sort=text] button').click();
  const names = await table.locator('tbody th').allInnerTexts();
  checks.check(names.join('|') === [...names].sort((a, b) => a.localeCompare(b)).join('|'), `${name}: sorting by name gives ${names}`);
  checks.check((await table.locator('th[aria-sort=ascending]').count()) === 1, `${name}: no aria-sort`);
  await table.locator('th.rank button').click();
}

async function checkThemes(name, page) {
  for (const theme of [...legend.themes.slice(1), legend.themes[0]]) {
    await page.locator(`.themes a[href="#${theme.id}"]`).click();
    checks.check(await page.locator(`#${theme.id}`).isVisible(), `${name}: ${theme.id} does not show`);
    checks.check((await page.locator('section.theme:visible').count()) === 1, `${name}: more than one theme shows`);
    if (hasMap) {
      checks.check(await page.locator(`#${theme.id} .live canvas`).isVisible(), `${name}: no map in ${theme.id}`);
    }
  }
}

async function checkMap(name, view) {
  const { page } = view;
  await page.waitForSelector('html[data-map=ready]', { timeout: MAP_TIMEOUT_MS }).catch(() => checks.check(false, `${name}: the map is not ready after ${MAP_TIMEOUT_MS} ms`));
  const tiles = view.requests.filter((url) => url.endsWith('.pmtiles'));
  checks.check(tiles.some((url) => legend.themes.some((theme) => url.includes(theme.tiles) || url.includes(theme.tiles_2x))), `${name}: no density tiles were asked for`);
  for (const sheet of ['below', 'above', 'names'].filter((one) => legend.basemap?.[one])) {
    checks.check(tiles.some((url) => url.endsWith(legend.basemap[sheet])), `${name}: no base-map tiles were asked for: ${sheet}`);
  }
  const colours = await coloursOf(page);
  checks.check(colours > 20, `${name}: the map shows ${colours} colours`);
  const spots = await page.locator('section.theme:visible .hotspots li[data-lon]').count();
  checks.check((await page.locator('.marker').count()) === spots, `${name}: not a number for each hot spot`);
}

const words = (text) => text.replace(/\s+/g, ' ').trim();

/** What QGIS reads is well-formed XML, says the browser's parser. */
async function checkStyles(page) {
  const styles = (await readdir(path.join(publicDir, 'geojson'))).filter((file) => file.endsWith('.qml'));
  checks.check(styles.length >= 3, `${styles.length} QGIS styles`);
  for (const file of styles) {
    const text = await readFile(path.join(publicDir, 'geojson', file), 'utf8');
    const fault = await page.evaluate((xml) => new DOMParser().parseFromString(xml, 'application/xml').querySelector('parsererror')?.textContent, text);
    checks.check(fault === undefined, `geojson/${file}: ${fault}`);
  }
}

/** With the keyboard alone: a hot spot's number opens a bubble with the words of the list, Escape closes it and leads back. */
async function checkBubbles(name, page) {
  const section = page.locator('section.theme:visible');
  const marker = page.locator('.marker').first();
  if ((await marker.count()) > 0) {
    await marker.focus();
    await page.keyboard.press('Enter');
    const bubble = page.locator('.maplibregl-popup-content');
    const said = words(await bubble.innerText());
    const listed = words(await section.locator('.hotspots .sentence').nth(0).innerText());
    checks.check((await bubble.count()) === 1 && said.includes(listed), `${name}: the bubble says "${said}", the list "${listed}"`);
    const [inner, outer] = [await bubble.boundingBox(), await section.locator('.picture').boundingBox()];
    checks.check(inner.x >= outer.x - 1 && inner.x + inner.width <= outer.x + outer.width + 1, `${name}: the bubble is cut off at the map's side`);
    await checkAxe(`${name}, with a bubble`, page);
    await page.keyboard.press('Escape');
    checks.check((await bubble.count()) === 0, `${name}: Escape leaves the bubble open`);
    checks.check(await marker.evaluate((element) => element === document.activeElement), `${name}: closing the bubble loses the place`);
  }
  const { width, height } = await section.locator('.picture').boundingBox();
  await section.locator('.live canvas').click({ position: { x: width * 0.4, y: height * 0.45 } });
  const ward = words(await page.locator('.maplibregl-popup-content h3').innerText());
  const said = (await page.locator('.maplibregl-popup-content dd').allInnerTexts()).join();
  const row = section.locator('table.wards tbody tr', { has: page.locator('th a', { hasText: new RegExp(`^${ward.replace(/[^\w ]/g, '.')}$`) }) });
  const want = (await row.locator('td:not(.rank)').allInnerTexts()).join();
  checks.check(said === want, `${name}: the bubble of ${ward} says ${said}, the table ${want}`);
  await page.locator('.maplibregl-popup-close-button').click();
}

async function checkLive(viewport, deviceScaleFactor, shot) {
  const name = `index at ${viewport.width} px`;
  const view = await openPage(name, 'index.html', { viewport, deviceScaleFactor });
  if (hasMap) {
    await checkMap(name, view);
  }
  await takePicture(view.page, `${shot}-top.png`, false);
  await takePicture(view.page, `${shot}.png`);
  await checkTables(name, view.page);
  await checkStructure(name, view.page);
  await checkAxe(name, view.page);
  await checkSorting(name, view.page);
  await checkThemes(name, view.page);
  if (hasMap) {
    await checkBubbles(name, view.page);
  }
  if (viewport === WIDE) {
    await checkStyles(view.page);
  }
  if (shotDir && hasMap && viewport === WIDE && (await view.page.locator('.hotspots button').first().isVisible().catch(() => false))) {
    await view.page.locator('.hotspots button').first().click();
    await view.page.waitForTimeout(1500);
    await takePicture(view.page, `${shot}-zoomed.png`, false);
  }
  checkHosts(name, view.requests);
  await view.close();
}

async function checkWards() {
  const files = (await readdir(path.join(publicDir, 'wards'))).filter((file) => file.endsWith('.html')).sort();
  checks.check(files.length === wards.features.length, `${files.length} ward pages for ${wards.features.length} wards`);
  const view = await openPage('wards', `wards/${files[0]}`, { viewport: WIDE });
  for (const [i, file] of files.entries()) {
    const name = `wards/${file}`;
    view.name = name;
    view.requests.length = 0;
    await view.page.goto(server.url + name, { waitUntil: 'load' });
    checkHosts(name, view.requests);
    await checkStructure(name, view.page);
    const rows = await view.page.locator('#figures + * table tbody tr').count();
    checks.check(rows === legend.themes.length, `${name}: ${rows} rows for ${legend.themes.length} themes`);
    if (i === 0) {
      await checkAxe(name, view.page);
      await takePicture(view.page, 'ward-1280.png');
      await view.page.setViewportSize(NARROW);
      await takePicture(view.page, 'ward-375.png');
      await view.page.setViewportSize(WIDE);
      await checkReflow(`${name} at 320 px`, name, {});
    }
  }
  await view.close();
}

try {
  await checkPlain();
  await checkLive(WIDE, 1, 'index-1280');
  await checkLive(NARROW, 2, 'index-375');
  await checkReflow('index at 320 px', 'index.html', {});
  await checkWards();
} catch (error) {
  checks.check(false, `the checks stopped: ${error.message}`);
} finally {
  await browser.close();
  server.close();
}
checks.end();
