// Pictures
function barLength(widthUm) {
  const most = widthUm / 3,
    power = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].map(factor => factor * power).find(value => value <= most);
}

function frame(source, text, inset, view, scaleBar) {
  const picture = h('div', { class: inset ? 'frame inset' : 'frame' }, h('img', { src: source, alt: text }));
  if (!inset) {
    const box = h('div', { class: 'box', 'aria-hidden': 'true' });
    ['left', 'top', 'width', 'height'].forEach((side, i) => {
      box.style[side] = 100 * view.insetAt[i] + '%';
    });
    picture.append(box);
  }
  const width = view.widthUm === null ? null : inset ? view.widthUm * view.insetAt[2] : view.widthUm;
  if (scaleBar && width) {
    const length = barLength(width),
      bar = h('div', { class: 'length' }, h('span', null, length >= 1 ? length + ' µm' : Math.round(length * 1000) + ' nm'));
    bar.style.width = (100 * length) / width + '%';
    picture.append(bar);
  }
  return picture;
}

function spectra(view, where) {
  const spectrum = view.spectra,
    frequencies = `Spatial frequency, 1/${spectrum.unit}`;
  const padded = values => spectrum.frequency.map((_, i) => (i < values.length ? values[i] : null));
  const all = [
    ['Input', spectrum.input, 'c4'],
    ['Output', spectrum.output, 'c0'],
    ['Target', spectrum.target, 'c1'],
  ].filter(one => one[1].length);
  const every = Math.max(1, Math.floor(spectrum.frequency.length / 16));
  return h(
    'div',
    null,
    h('h4', null, 'Power spectrum'),
    chart(
      `Power by spatial frequency, ${where}.`,
      frequencies,
      'Power, dB',
      all.map(one => ({
        label: one[0],
        colour: one[2],
        dash: one[0] === 'Target' ? [6, 3] : undefined,
        value: value => number(value, 1) + ' dB',
      })),
      [spectrum.frequency, ...all.map(one => padded(one[1]))],
      {
        height: 230,
        name: 'At',
        first: {
          value: (plot, value) => (value === null || value === undefined ? none : `${number(value, 2)} / ${spectrum.unit}`),
        },
      },
    ),
    numbers(
      'Numbers',
      table(
        'Power in dB, ' + where,
        [frequencies, ...all.map(one => one[0])],
        spectrum.frequency
          .map((frequency, i) => [number(frequency, 3), ...all.map(one => number(padded(one[1])[i], 1))])
          .filter((_, i) => i % every === 0),
      ),
    ),
  );
}

function plane(view) {
  const line = view.line,
    where = [line.image, axes(line)].filter(Boolean).join(', ');
  const scores = report.kinds.map((kind, i) =>
    line.scores[i] === null
      ? null
      : h(
          'div',
          null,
          h('dt', null, kind.label),
          h('dd', { class: kind.isGain && line.scores[i] < 0 ? 'fail' : null }, withUnit(kind, line.scores[i])),
        ),
  );
  const pictures = view.panels.map((panel, i) =>
    h(
      'div',
      { class: 'panel' },
      h('span', null, panel.name),
      frame(panel.whole, `${panel.name} of ${where}`, false, view, i === 0),
      frame(panel.inset, `${panel.name} of ${where}, enlarged`, true, view, i === 0),
    ),
  );
  return h(
    'article',
    { class: 'plane', tabindex: -1 },
    h(
      'div',
      { class: 'head' },
      h('h3', null, where),
      chip(line.verdict),
      h('span', { class: 'note' }, `${nameOf(line.group)}, ${line.split}, ${count(line.width)} × ${count(line.height)} pixels`),
      h('dl', { class: 'scores' }, scores),
    ),
    line.reasons ? h('p', { class: line.verdict }, line.reasons) : null,
    view.notes.map(note => h('p', { class: 'note' }, note)),
    pictures.length
      ? h(
          'div',
          { class: 'look-at' },
          h(
            'div',
            null,
            h('div', { class: 'panels' }, pictures),
            view.errorMeaning
              ? h(
                  'div',
                  { class: 'scale' },
                  h('span', null, '0'),
                  h('img', { src: report.errorScale, alt: 'Colours from dark to bright' }),
                  h('span', null, view.errorHigh),
                  h('p', null, view.errorMeaning),
                )
              : null,
          ),
          view.spectra ? spectra(view, where) : null,
        )
      : null,
  );
}

const atFirst = 6,
  later = report.worst.slice(atFirst);
const showAll = h(
  'button',
  {
    type: 'button',
    class: 'button more',
    onclick: () => {
      const before = charts.length,
        planes = later.map(plane);
      showAll.replaceWith(...planes);
      charts.slice(before).forEach(draw);
      planes[0].focus();
    },
  },
  `Show ${later.length} more`,
);
section(
  'worst',
  'Worst images first',
  report.worst.length
    ? [
        h(
          'p',
          null,
          `The worst plane of ${report.worst.length === 1 ? 'the image' : `each of ${report.worst.length} images`}, ` +
            'by verdict, then by gain over the input; planes without a target come last. ' +
            'The yellow square, where the error is greatest, is enlarged below. All pictures of a plane have the same contrast.',
        ),
        report.worst.slice(0, atFirst).map(plane),
        later.length ? showAll : null,
      ]
    : h('p', { class: 'note' }, 'No image is done yet.'),
);
