// Failures
section(
  'failed',
  'What failed and why',
  report.failed.length
    ? h(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Failed images' },
        h(
          'table',
          null,
          h(
            'thead',
            null,
            h('tr', null, h('th', { scope: 'col', class: 'id' }, 'Image'), h('th', { scope: 'col', class: 'text' }, 'Reason')),
          ),
          h(
            'tbody',
            null,
            report.failed.map(one =>
              h(
                'tr',
                null,
                h('th', { scope: 'row', class: 'id' }, one.image),
                h('td', { class: 'text long' }, one.reason || none),
              ),
            ),
          ),
        ),
      )
    : h('p', null, 'Nothing failed.'),
  report.failedOfRun > report.failed.length
    ? h(
        'p',
        { class: 'note' },
        `The first ${count(report.failed.length)} of ${count(report.failedOfRun)}; all are in quality.parquet.`,
      )
    : null,
  left
    ? h(
        'p',
        null,
        `Not done yet: ${count(left)}. `,
        numbers('Which', h('p', { class: 'note' }, report.left.join(', ') + (left > report.left.length ? ' …' : ''))),
      )
    : null,
);
