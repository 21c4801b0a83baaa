// All planes
const lines = report.planes,
  hasAxis = axis => lines.some(line => line[axis] !== null);
const columns = [
  { label: 'Image', style: 'id', of: line => line.image },
  { label: 'Group', style: 'text', of: line => nameOf(line.group) },
  { label: 'Split', style: 'text', of: line => line.split },
  ...['t', 'c', 'z'].filter(hasAxis).map(axis => ({ label: axis, of: line => line[axis] })),
  {
    label: 'Verdict',
    style: 'text',
    of: line => ['pass', 'warn', 'fail'].indexOf(line.verdict),
    show: line => chip(line.verdict),
  },
  ...(psnr < 0 ? [] : [{ label: 'Input PSNR, dB', of: line => line.inputDb, show: line => number(line.inputDb, 2) }]),
  ...report.kinds.map((kind, i) => ({
    label: heading(kind),
    of: line => line.scores[i],
    show: line => score(kind, line.scores[i]),
  })),
  {
    label: 'Pixels',
    of: line => (line.width === null ? null : line.width * line.height),
    show: line => (line.width === null ? none : `${line.width} × ${line.height}`),
  },
  { label: 'Time, s', of: line => line.seconds, show: line => number(line.seconds, 3) },
  { label: 'Device', style: 'text', of: line => line.device },
  // The list above has the full reasons of failed images; here they would make rows too tall.
  {
    label: 'Reason',
    style: 'text long',
    of: line => line.reasons,
    show: line =>
      line.verdict === 'fail' && line.reasons && line.reasons.length > 140 ? line.reasons.slice(0, 140) + ' …' : line.reasons,
  },
];
const page = 100;
let sorted = { column: -1, down: false },
  room = page;
const search = h('input', { type: 'search', id: 'search', autocomplete: 'off', oninput: () => refill(true) });
const option = value => h('option', { value }, nameOf(value));
const byVerdict = h(
  'select',
  { id: 'verdict', onchange: () => refill(true) },
  h('option', { value: 'all' }, 'all'),
  ['pass', 'warn', 'fail'].map(option),
);
const byGroup = h('select', { id: 'group', onchange: () => refill(true) }, h('option', null, 'all'), groupNames.map(option));
const found = h('p', { class: 'found', role: 'status' }),
  body = h('tbody'),
  more = h('button', {
    type: 'button',
    class: 'button more',
    onclick: () => {
      room += page;
      refill(false);
    },
  });
const heads = columns.map((column, i) =>
  h(
    'th',
    { scope: 'col', class: column.style === 'text long' ? 'text' : column.style },
    h('button', { type: 'button', onclick: () => sort(i) }, column.label),
  ),
);

function sort(column) {
  sorted = { column, down: sorted.column === column && !sorted.down };
  heads.forEach((head, i) =>
    i === column ? head.setAttribute('aria-sort', sorted.down ? 'descending' : 'ascending') : head.removeAttribute('aria-sort'),
  );
  refill(true);
}

function refill(fromTop) {
  if (fromTop) room = page;
  const wanted = search.value.trim().toLowerCase();
  const hits = lines.filter(
    line =>
      (byVerdict.value === 'all' || line.verdict === byVerdict.value) &&
      (byGroup.selectedIndex === 0 || line.group === groupNames[byGroup.selectedIndex - 1]) &&
      (wanted === '' ||
        [line.image, line.group, line.split, line.reasons, line.device].some(
          text => text !== null && text.toLowerCase().includes(wanted),
        )),
  );
  if (sorted.column >= 0) {
    const of = columns[sorted.column].of,
      sign = sorted.down ? -1 : 1;
    // Rows without a value come last in either order.
    hits.sort((a, b) => {
      const x = of(a),
        y = of(b);
      return x === y
        ? 0
        : x === null
          ? 1
          : y === null
            ? -1
            : sign * (typeof x === 'string' ? x.localeCompare(y, 'en', { numeric: true }) : x - y);
    });
  }
  body.replaceChildren(
    ...hits.slice(0, room).map(line =>
      h(
        'tr',
        null,
        columns.map((column, i) =>
          i === 0
            ? h('th', { scope: 'row', class: column.style }, column.of(line))
            : cell(column.show ? column.show(line) : column.of(line), { class: column.style }),
        ),
      ),
    ),
  );
  found.textContent = `${count(hits.length)} of ${count(lines.length)}`;
  more.hidden = hits.length <= room;
  more.textContent = `Show ${count(Math.min(page, hits.length - room))} more`;
}

section(
  'planes',
  'All planes',
  report.planesOfRun > lines.length
    ? h('p', { class: 'note' }, `The worst ${count(lines.length)} of ${count(report.planesOfRun)}; all are in quality.parquet.`)
    : null,
  h(
    'div',
    { class: 'controls' },
    h('label', null, 'Verdict', byVerdict),
    h('label', null, 'Group', byGroup),
    h('label', null, 'Text', search),
    found,
  ),
  h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'All planes' },
    h('table', { id: 'all' }, h('thead', null, h('tr', null, heads)), body),
  ),
  more,
);
refill(true);
