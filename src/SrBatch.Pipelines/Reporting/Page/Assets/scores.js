// Scores by group
function ticks(low, high) {
  const rough = (high - low) / 4,
    power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map(factor => factor * power).find(value => value >= rough);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (step / power === 2.5 ? 1 : 0));
  return found.map(value => ({ value, text: number(value, Math.min(digits, 6)) }));
}

function strip(kind, distribution, row, highest) {
  const share = value => (100 * (value - distribution.low)) / (distribution.high - distribution.low),
    width = 100 / row.counts.length,
    line = (style, from, to, y) => s('line', { class: style, x1: from + '%', x2: to + '%', y1: y[0], y2: y[1] });
  return s(
    'svg',
    {
      role: 'img',
      'aria-label':
        `${nameOf(row.group)}, ${row.split}: half of the planes ` +
        `from ${withUnit(kind, row.lowerQuartile)} to ${withUnit(kind, row.upperQuartile)}`,
    },
    row.counts.map((planes, i) =>
      planes
        ? s('rect', {
            class: 'bar',
            x: i * width + '%',
            width: width * 0.9 + '%',
            y: 26 - (26 * planes) / highest,
            height: (26 * planes) / highest,
          })
        : null,
    ),
    kind.isGain ? line('zero', share(0), share(0), [0, 34]) : null,
    line('axis', 0, 100, [26.5, 26.5]),
    line('quarters', share(row.lowerQuartile), share(row.upperQuartile), [30.5, 30.5]),
    line('middle', share(row.median), share(row.median), [26, 34]),
  );
}

function distributionTable(kind, distribution) {
  const highest = Math.max(...distribution.rows.flatMap(row => row.counts));
  const marks = ticks(distribution.low, distribution.high);
  const scale = s(
    'svg',
    { 'aria-hidden': 'true' },
    marks.map((mark, i) =>
      s(
        'text',
        {
          class: 'tick',
          y: 11,
          x: (100 * (mark.value - distribution.low)) / (distribution.high - distribution.low) + '%',
          'text-anchor': i === 0 ? 'start' : i === marks.length - 1 ? 'end' : 'middle',
        },
        mark.text,
      ),
    ),
  );
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': kind.label + ' by group' },
    h(
      'table',
      null,
      h(
        'caption',
        null,
        `${heading(kind)}: planes by score. Line: median; bar below: middle half${kind.isGain ? '; dashed: no gain' : ''}.`,
      ),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          h('th', { scope: 'col', class: 'id' }, 'Group'),
          h('th', { scope: 'col', class: 'strip' }, heading(kind)),
          ['Median', 'Mean', 'Planes'].map(head => h('th', { scope: 'col' }, head)),
        ),
      ),
      h(
        'tbody',
        null,
        distribution.rows.map(row =>
          h(
            'tr',
            null,
            h(
              'th',
              { scope: 'row', class: 'id' },
              nameOf(row.group),
              h('small', null, [row.split, row.channel === null ? null : 'c ' + row.channel].filter(Boolean).join(', ')),
            ),
            h('td', { class: 'strip' }, strip(kind, distribution, row, highest)),
            cell(score(kind, row.median)),
            cell(score(kind, row.mean)),
            cell(count(row.planes)),
          ),
        ),
      ),
      h('tfoot', null, h('tr', { 'aria-hidden': 'true' }, h('td'), h('td', { class: 'strip' }, scale), h('td', { colspan: 3 }))),
    ),
  );
}

function meansTable() {
  const rows = new Map();
  report.distributions.forEach((distribution, i) =>
    distribution.rows.forEach(row => {
      const key = JSON.stringify([row.split, row.group, row.channel]);
      if (!rows.has(key)) rows.set(key, { row, planes: 0, means: report.kinds.map(() => null) });
      rows.get(key).means[i] = row.mean;
      rows.get(key).planes = Math.max(rows.get(key).planes, row.planes);
    }),
  );
  const lines = [...rows.values()];
  return table(
    'Means by group',
    ['Group', 'Split', 'c', 'Planes', ...report.kinds.map(heading)],
    lines.map(one => [
      nameOf(one.row.group),
      one.row.split,
      one.row.channel,
      count(one.planes),
      ...one.means.map((mean, i) => score(report.kinds[i], mean)),
    ]),
    2,
  );
}

if (report.kinds.length === 0) {
  section('groups', 'Scores by group', h('p', { class: 'note' }, 'No plane has a score yet.'));
} else {
  const shown = h('div'),
    meaning = h('p', { class: 'meaning' });
  const choose = h(
    'select',
    { id: 'kind', onchange: () => show(choose.selectedIndex) },
    report.kinds.map(kind => h('option', { value: kind.key }, kind.label)),
  );
  const show = i => {
    meaning.textContent = report.kinds[i].meaning;
    shown.replaceChildren(distributionTable(report.kinds[i], report.distributions[i]));
  };
  section(
    'groups',
    'Scores by group',
    h('div', { class: 'controls' }, h('label', null, 'Score', choose)),
    meaning,
    shown,
    numbers('All means as a table', meansTable()),
  );
  choose.selectedIndex = Math.max(0, kindAt('gainPsnr'));
  show(choose.selectedIndex);
}
