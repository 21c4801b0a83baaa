// Time
function stageTable({ attempts, attemptsOfRun, totals }) {
  const waits = [
    ['Waiting for reading', totals.waitedForReadingSeconds],
    ['Waiting for writing, scoring', totals.waitedForWritingSeconds],
    ['Waiting for the last images', totals.waitedForEndSeconds],
  ];
  const clock = waits.reduce((sum, wait) => sum + wait[1], totals.networkSeconds) || 1e-3,
    longest = Math.max(clock, totals.readingSeconds, totals.writingSeconds + totals.scoringSeconds);
  const share = value => number((100 * value) / clock, 0) + ' %';
  const row = (name, style, start, value) =>
    h(
      'tr',
      null,
      h('th', { scope: 'row', class: 'id' }, name),
      h(
        'td',
        { class: 'strip low' },
        s(
          'svg',
          { 'aria-hidden': 'true' },
          s('rect', { class: style, x: (100 * start) / longest + '%', width: (100 * value) / longest + '%', y: 3, height: 12 }),
        ),
      ),
      cell(seconds(value)),
      cell(share(value)),
    );
  let start = totals.networkSeconds;
  const waited = waits.map(([name, value]) => {
    start += value;
    return row(name, 'waited', start - value, value);
  });
  const kept = totals.computedPixels ? Math.round((100 * totals.keptPixels) / totals.computedPixels) : 100;
  const megapixelsPerSecond = totals.computedPixels / 1e6 / (totals.networkSeconds || 1e-3);
  const speed = totals.computedPixels ? ` and computed ${number(megapixelsPerSecond, 2)} megapixels/s` : '';
  const halos = kept < 100 ? `; ${kept} % of the pixels were kept, the others are halos` : '';
  const counted =
    attempts < attemptsOfRun
      ? `${count(attempts)} of ${count(attemptsOfRun)} attempts`
      : attempts === 1
        ? 'one attempt'
        : `${count(attempts)} attempts`;
  return [
    h('h3', null, 'Time by stage'),
    h(
      'p',
      null,
      `The network was busy ${share(totals.networkSeconds)} of the time${speed}${halos}.`,
    ),
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Time by stage' },
      h(
        'table',
        null,
        h(
          'caption',
          null,
          'Reading, the network, writing and scoring run in parallel. ' +
            `100 % is the elapsed time, ${seconds(clock)} in ${counted}. Grey: the network waits.`,
        ),
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            h('th', { scope: 'col', class: 'id' }, 'Stage'),
            h('th', { scope: 'col', class: 'strip low' }, h('span', { class: 'quiet' }, 'Bar')),
            ['Time', 'Share'].map(head => h('th', { scope: 'col' }, head)),
          ),
        ),
        h(
          'tbody',
          { id: 'stages' },
          row('Reading', 'bar', 0, totals.readingSeconds),
          row('Network', 'bar', 0, totals.networkSeconds),
          waited,
          row('Writing', 'bar', 0, totals.writingSeconds),
          row('Scoring', 'bar', totals.writingSeconds, totals.scoringSeconds),
        ),
      ),
    ),
  ];
}

function usageTable(usage) {
  const sum = key => usage.reduce((total, one) => total + one[key], 0);
  const row = one => [
    one.verb,
    one.device,
    count(one.tasks),
    count(one.attempts),
    seconds(one.seconds),
    seconds(one.cpuSeconds),
    seconds(one.gpuSeconds),
  ];
  const all = {
    verb: 'all',
    device: '',
    ...Object.fromEntries(['tasks', 'attempts', 'seconds', 'cpuSeconds', 'gpuSeconds'].map(key => [key, sum(key)])),
  };
  return [
    table(
      'Processors and GPUs used',
      ['Verb', 'Device', 'Tasks', 'Attempts', 'Elapsed', 'CPU', 'GPU'],
      [...usage, ...(usage.length > 1 ? [all] : [])].map(row),
      2,
    ),
    h(
      'p',
      { class: 'note' },
      'Sums over all attempts, also those that were killed. CPU: seconds of all cores together. ' +
        'GPU: seconds that a GPU was held, busy or not.',
    ),
  ];
}

section(
  'time',
  'How long it took',
  report.work.length || report.usage.length
    ? [
        report.usage.length ? usageTable(report.usage) : null,
        h(
          'p',
          { class: 'note' },
          'The time of a plane is the sum of its reading, network, writing and scoring. ' +
            'Planes are processed in parallel, so that their sum can exceed the elapsed time. ' +
            'Interrupted attempts are included if they saved scores.',
        ),
        table(
          'Time by device',
          [
            'Work',
            'Node',
            'Device',
            'Precision',
            'Attempts',
            'Images',
            'Planes',
            'Sum',
            'Each',
            'Megapixels/s',
            'First done, UTC',
            'Last done, UTC',
          ],
          report.work.map(one => [
            one.stage,
            one.node,
            one.device,
            one.precision,
            count(one.tasks),
            count(one.images),
            count(one.planes),
            seconds(one.seconds),
            one.medianSeconds === null ? none : seconds(one.medianSeconds) + (one.planes === null ? ' a step' : ' a plane'),
            number(one.megapixelsPerSecond, 2),
            one.first,
            one.last,
          ]),
          4,
        ),
        report.stages ? stageTable(report.stages) : null,
      ]
    : h('p', { class: 'note' }, 'The files in quality/ contain no times.'),
);
