// The page is whole without this file: it shows one theme at a time and lets the tables be sorted.
(() => {
  'use strict';

  const sections = [...document.querySelectorAll('main > section.theme')];
  const links = [...document.querySelectorAll('.themes a')];

  /** The section that a hash like "#fly-tipping" or "#fly-tipping-e4512-n3345" leads into. */
  function sectionOf(hash) {
    const target = hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
    return target ? target.closest('section.theme') : null;
  }

  function show(section) {
    for (const other of sections) {
      other.hidden = other !== section;
    }
    for (const link of links) {
      if (link.hash === '#' + section.id) {
        link.setAttribute('aria-current', 'true');
      } else {
        link.removeAttribute('aria-current');
      }
    }
    document.dispatchEvent(new CustomEvent('theme', { detail: section.id }));
  }

  function followHash() {
    const section = sectionOf(location.hash);
    if (section && section.hidden) {
      show(section);
      document.getElementById(decodeURIComponent(location.hash.slice(1))).scrollIntoView();
    }
  }

  /** What a cell is sorted by: hidden figures are null and come last both ways. */
  function keyOf(row, column, kind) {
    const cell = row.cells[column];
    if (kind === 'text') {
      return cell.textContent.trim();
    }
    return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
  }

  function compare(a, b, kind) {
    if (a === null || b === null) {
      return 0;
    }
    return kind === 'text' ? a.localeCompare(b) : a - b;
  }

  function sortBy(table, header, kind) {
    const column = header.cellIndex;
    const body = table.tBodies[0];
    const now = header.getAttribute('aria-sort');
    const first = kind === 'text' || header.classList.contains('rank') ? 'ascending' : 'descending';
    const other = first === 'ascending' ? 'descending' : 'ascending';
    const order = now === first ? other : first;
    const sign = order === 'ascending' ? 1 : -1;
    const rows = [...body.rows].map((row) => ({ row, key: keyOf(row, column, kind) }));
    rows.sort((a, b) => {
      if ((a.key === null) !== (b.key === null)) {
        return a.key === null ? 1 : -1;
      }
      return sign * compare(a.key, b.key, kind);
    });
    body.append(...rows.map((entry) => entry.row));
    for (const cell of table.tHead.rows[0].cells) {
      cell.removeAttribute('aria-sort');
    }
    header.setAttribute('aria-sort', order);
  }

  for (const header of document.querySelectorAll('th[data-sort]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...header.childNodes);
    header.append(button);
    const table = header.closest('table');
    button.addEventListener('click', () => sortBy(table, header, header.dataset.sort));
  }

  if (sections.length > 0) {
    show(sectionOf(location.hash) || sections[0]);
    window.addEventListener('hashchange', followHash);
    for (const link of links) {
      link.addEventListener('click', (event) => {
        event.preventDefault();
        const section = sectionOf(link.hash);
        show(section);
        history.replaceState(null, '', link.hash);
        section.querySelector('h2').focus({ preventScroll: true });
        window.scrollTo({ top: Math.min(window.scrollY, document.querySelector('.themes').offsetTop) });
      });
    }
  }
})();
