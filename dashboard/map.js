// The interactive map. It takes the place of the picture once it has drawn, and gives it back when it cannot.
import * as maplibregl from './maplibre-gl.mjs';

const figures = new Map([...document.querySelectorAll('figure[data-theme]')].map((f) => [f.dataset.theme, f]));
const atRoot = (path) => new URL(path, document.baseURI).href;
let bubble = null; // the open one

async function getJson(path) {
  const answer = await fetch(atRoot(path));
  if (!answer.ok) {
    throw new Error(`${path}: ${answer.status}`);
  }
  return answer.json();
}

/** Paths in the release's style are from its root; where the screen can show it, densities come from the sharper archive. */
function prepare(style, legend) {
  const isSharp = window.devicePixelRatio > 1.25;
  const sharper = new Map(legend.themes.filter((theme) => theme.tiles_2x).map((theme) => [`density-${theme.id}`, theme.tiles_2x]));
  for (const [name, source] of Object.entries(style.sources)) {
    if (source.type === 'raster') {
      const file = isSharp && sharper.has(name) ? `tiles/${sharper.get(name)}` : null;
      if (source.tiles) { // a folder: z/x/y.png
        source.tiles = [atRoot('.') + (file ? `${file}/{z}/{x}/{y}.png` : source.tiles[0])];
      } else {
        source.url = `pmtiles://${atRoot(file ?? source.url.replace('pmtiles://', ''))}`;
      }
    } else if (typeof source.data === 'string') {
      source.data = atRoot(source.data);
    }
  }
  // The discs of hot spots are buttons here; wards are there to be clicked on.
  style.layers = style.layers.filter((layer) => layer.source !== 'hotspot-marks');
  style.layers.push({ id: 'wards-ground', type: 'fill', source: 'wards', paint: { 'fill-opacity': 0 } });
}

function makeElement(tag, className, ...content) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...content);
  return element;
}

/** Opens a bubble in place of the one that is open. Escape and the cross close it and lead back to where one was. */
function openPopup(map, at, content, offset) {
  const opener = document.activeElement;
  bubble?.remove();
  const popup = new maplibregl.Popup({ maxWidth: '18rem', offset }).setLngLat(at).setDOMContent(content).addTo(map);
  popup.getElement().addEventListener('keydown', (event) => event.key === 'Escape' && popup.remove());
  popup.on('close', () => {
    if (document.activeElement === document.body && opener.isConnected) {
      opener.focus({ preventScroll: true });
    }
  });
  bubble = popup;
}

/** What the list says of a hot spot. */
function describeHotspot(item) {
  const words = [item.querySelector('.trend'), item.querySelector('.sentence')].map((part) => part.cloneNode(true));
  const link = makeElement('a', '', 'In the list');
  link.href = '#' + item.id;
  return makeElement('div', item.className, makeElement('h3', '', `Hot spot ${item.dataset.rank}`), words[0], ' ', words[1], ' ', link);
}

/** What the table says of a ward: the same words under the same headings. */
function describeWard(row) {
  const heads = [...row.closest('table').tHead.rows[0].cells];
  const list = makeElement('dl', '');
  for (const [i, cell] of [...row.cells].entries()) {
    if (heads[i].classList.contains('number')) {
      const label = heads[i].querySelector('button') ?? heads[i];
      list.append(makeElement('dt', '', ...[...label.childNodes].map((node) => node.cloneNode(true))), makeElement('dd', '', cell.textContent));
    }
  }
  return makeElement('div', '', makeElement('h3', '', row.querySelector('th a').cloneNode(true)), list);
}

/** Numbers of the hot spots of one theme, from the list beside the map. */
function makeMarkers(map, figure, marks) {
  const items = figure.closest('section').querySelectorAll('.hotspots li[data-lon]');
  return [...items].map((item) => {
    const mark = marks.find((feature) => feature.properties.id === item.id);
    const at = mark ? mark.geometry.coordinates : [Number(item.dataset.lon), Number(item.dataset.lat)]; // none: too small for six decimals
    const button = makeElement('button', item.classList.contains('trend-gone') ? 'marker is-gone' : 'marker', item.dataset.rank);
    button.type = 'button';
    button.setAttribute('aria-label', `Hot spot ${item.dataset.rank}: ${item.querySelector('.sentence').textContent}`);
    button.addEventListener('click', (event) => {
      event.stopPropagation(); // or the map would close the bubble again
      openPopup(map, at, describeHotspot(item), 18);
    });
    return new maplibregl.Marker({ element: button }).setLngLat(at);
  });
}

/** A click on a ward says what its row in the table says. */
function addWardPopups(map) {
  map.on('click', 'wards-ground', (event) => {
    const section = document.querySelector('.is-live').closest('section');
    const row = section.querySelector(`tr[data-code="${CSS.escape(event.features[0].properties.code)}"]`);
    if (row) {
      openPopup(map, event.lngLat, describeWard(row), 4);
    }
  });
  map.on('mouseenter', 'wards-ground', () => { map.getCanvas().style.cursor = 'pointer'; });
  map.on('mouseleave', 'wards-ground', () => { map.getCanvas().style.cursor = ''; });
}

function addShowButtons(map) {
  for (const item of document.querySelectorAll('.hotspots li[data-lon]')) {
    const button = makeElement('button', '', 'Show on the map', makeElement('span', 'visually-hidden', `: hot spot ${item.dataset.rank}`));
    button.type = 'button';
    button.addEventListener('click', () => {
      for (const other of document.querySelectorAll('.is-chosen')) {
        other.classList.remove('is-chosen');
      }
      item.classList.add('is-chosen');
      map.easeTo({ center: [Number(item.dataset.lon), Number(item.dataset.lat)], zoom: Math.max(map.getZoom(), 14) });
      map.getContainer().scrollIntoView({ block: 'nearest' });
    });
    item.append(' ', button);
  }
}

/** Moves the map into the theme's figure and shows that theme's layers. */
function makeSwitch(map, legend, style, canvas) {
  const marks = style.sources['hotspot-marks'].data.features;
  const layers = style.layers.filter((layer) => layer.metadata?.['wardheat:theme']);
  let markers = [];
  return (id) => {
    const figure = figures.get(id);
    const theme = legend.themes.find((t) => t.id === id);
    if (!figure || !theme) {
      return;
    }
    for (const other of figures.values()) {
      other.classList.toggle('is-live', other === figure);
    }
    figure.querySelector('.picture').append(canvas);
    map.resize();
    map.getCanvas().setAttribute('aria-label', `Interactive map: ${theme.title}. The figures are in the list and the table on this page.`);
    for (const layer of layers) {
      map.setLayoutProperty(layer.id, 'visibility', layer.metadata['wardheat:theme'] === id ? 'visible' : 'none');
    }
    bubble?.remove();
    markers.forEach((marker) => marker.remove());
    markers = makeMarkers(map, figure, marks);
    markers.forEach((marker) => marker.addTo(map));
  };
}

function shownTheme() {
  const current = document.querySelector('.themes a[aria-current]');
  return current ? current.hash.slice(1) : figures.keys().next().value;
}

async function start() {
  const [legend, style] = await Promise.all([getJson('tiles/legend.json'), getJson('tiles/style.json')]);
  prepare(style, legend);
  maplibregl.setWorkerUrl(atRoot('assets/maplibre-gl-worker.mjs'));
  maplibregl.addProtocol('pmtiles', new globalThis.pmtiles.Protocol().tile);
  const container = makeElement('div', 'live-map'); // MapLibre sets the position of its container
  const canvas = makeElement('div', 'live', container);
  figures.get(shownTheme()).querySelector('.picture').append(canvas);
  const [west, south, east, north] = legend.bbox;
  const pad = [(east - west) / 4, (north - south) / 4];
  const map = new maplibregl.Map({
    container,
    style,
    bounds: [[west, south], [east, north]],
    fitBoundsOptions: { padding: 16 },
    maxBounds: [[west - pad[0], south - pad[1]], [east + pad[0], north + pad[1]]],
    maxZoom: legend.zoom_max + 1,
    attributionControl: false, // added below where there is something to name
    cooperativeGestures: true, // scrolling the page does not get caught in the map
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
  });
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new maplibregl.ScaleControl({ unit: 'metric' }), 'top-left');
  if (legend.basemap?.attribution) {
    map.addControl(new maplibregl.AttributionControl({ compact: false }), 'bottom-right'); // as the style's sources say
  }
  map.once('load', () => {
    const show = makeSwitch(map, legend, style, canvas);
    document.addEventListener('theme', (event) => show(event.detail));
    addShowButtons(map);
    addWardPopups(map);
    show(shownTheme());
    map.once('idle', () => document.documentElement.setAttribute('data-map', 'ready'));
  });
}

if (figures.size > 0) {
  start().catch((error) => {
    console.warn('The interactive map is not available here; the pictures stay.', error);
    document.querySelectorAll('.live').forEach((element) => element.remove());
  });
}
