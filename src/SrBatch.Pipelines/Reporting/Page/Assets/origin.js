// Origin
section(
  'origin',
  'Where it comes from',
  h(
    'dl',
    { class: 'facts' },
    report.origin.facts.map(([name, value]) => [h('dt', null, name), h('dd', null, value)]),
  ),
  h('h3', null, 'To repeat the run'),
  h('pre', { tabindex: 0, 'aria-label': 'Commands' }, h('code', null, report.origin.commands.join('\n'))),
);

drawAll();
['(prefers-color-scheme: dark)', 'print'].forEach(query => matchMedia(query).addEventListener('change', drawAll));
let pending = 0,
  before = innerWidth;
addEventListener('resize', () => {
  if (innerWidth !== before) {
    before = innerWidth;
    clearTimeout(pending);
    pending = setTimeout(drawAll, 120);
  }
});
