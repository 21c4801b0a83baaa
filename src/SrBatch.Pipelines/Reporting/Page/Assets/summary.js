// Summary
document.title = `${report.name} – ${report.run}`;
document.getElementById('name').append(report.name, h('small', null, 'run ' + report.run));
const sentence = one =>
  one.section
    ? [one.text, ' ', h('a', { href: '#' + one.section }, 'Show', h('span', { class: 'quiet' }, ' ' + one.section))]
    : [one.text];
const tile = (label, value, unit, style) =>
  h('div', null, h('dt', null, label), h('dd', { class: style }, value, unit ? h('small', null, unit) : null));
const meanTile = key => {
  const i = kindAt(key);
  return i < 0 || report.means[i] === null
    ? null
    : tile('Mean ' + report.kinds[i].label, score(report.kinds[i], report.means[i]), report.kinds[i].unit);
};
const [passed, warned, failed, left] = report.images;
section(
  'summary',
  'Summary',
  h(
    'dl',
    { class: 'tiles' },
    tile('Images', count(passed + warned + failed)),
    tile('Pass', count(passed), null, 'pass'),
    tile('Warn', count(warned), null, warned ? 'warn' : null),
    tile('Fail', count(failed), null, failed ? 'fail' : null),
    left ? tile('Not done yet', count(left)) : null,
    meanTile('gainPsnr'),
    meanTile('gainSsim'),
    kindAt('gainPsnr') < 0 ? meanTile('rsp') : null,
  ),
  report.summary.sentences.map(one => h('p', null, one.text)),
  report.summary.lookFirst.length
    ? h(
        'div',
        { class: 'look' },
        h('h3', null, 'Look first at'),
        h(
          'ul',
          null,
          report.summary.lookFirst.map(one => h('li', null, sentence(one))),
        ),
      )
    : h('p', null, 'Nothing needs a closer look.'),
);
