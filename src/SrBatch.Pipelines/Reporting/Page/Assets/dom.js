// Builds elements. Text reaches the document only as text nodes, as names and reasons come from users.
const report = JSON.parse(document.getElementById('report').textContent);
const main = document.getElementById('main');
const svgNames = 'http://www.w3.org/2000/svg';

const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) => fill(document.createElementNS(svgNames, tag), attributes, children);
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

const none = '–';
const number = (value, digits) => (value === null || value === undefined ? none : value.toFixed(digits).replace('-', '−'));
const signed = (value, digits) => (value === null || value === undefined ? none : (value > 0 ? '+' : '') + number(value, digits));
const count = value => (value === null || value === undefined ? none : value.toLocaleString('en'));
const score = (kind, value) => (kind.isGain ? signed(value, kind.digits) : number(value, kind.digits));
const withUnit = (kind, value) => (value === null || !kind.unit ? score(kind, value) : score(kind, value) + ' ' + kind.unit);
const heading = kind => (kind.unit ? `${kind.label}, ${kind.unit}` : kind.label);
const kindAt = key => report.kinds.findIndex(kind => kind.key === key);
const nameOf = group => (group === '' ? '(no name)' : group);
const axes = line =>
  ['t', 'c', 'z']
    .filter(axis => line[axis] !== null)
    .map(axis => `${axis} ${line[axis]}`)
    .join(', ');
const chip = verdict => h('span', { class: 'chip ' + verdict }, verdict);
const cell = (value, attributes) => h('td', attributes, value === null || value === undefined || value === '' ? none : value);
const seconds = value =>
  value === null
    ? none
    : value >= 7200
      ? number(value / 3600, 1) + ' h'
      : value >= 120
        ? number(value / 60, 1) + ' min'
        : number(value, value < 1 ? 3 : 1) + ' s';

function table(caption, heads, rows, textColumns) {
  const side = i => (i < (textColumns || 1) ? 'text' : null);
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    h(
      'table',
      null,
      h('caption', null, caption),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          heads.map((head, i) => h('th', { scope: 'col', class: side(i) }, head)),
        ),
      ),
      h(
        'tbody',
        null,
        rows.map(row =>
          h(
            'tr',
            null,
            row.map((value, i) => (i === 0 ? h('th', { scope: 'row', class: 'text' }, value) : cell(value, { class: side(i) }))),
          ),
        ),
      ),
    ),
  );
}

const sections = document.getElementById('sections');
function section(id, title, ...children) {
  sections.append(h('li', null, h('a', { href: '#' + id }, title)));
  const element = h(
    'section',
    { id, 'aria-labelledby': id + '-title', tabindex: -1 },
    h('h2', { id: id + '-title' }, title),
    children,
  );
  main.append(element);
  return element;
}
