'use strict';
// Draws the page from the JSON in it. Text reaches the document as text nodes only: names and reasons are the user's.
(() => {
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
  const number = (value, digits) => value === null || value === undefined ? none : value.toFixed(digits).replace('-', '−');
  const signed = (value, digits) => value === null || value === undefined ? none : (value > 0 ? '+' : '') + number(value, digits);
  const count = value => value === null || value === undefined ? none : value.toLocaleString('en');
  const score = (kind, value) => kind.isGain ? signed(value, kind.digits) : number(value, kind.digits);
  const withUnit = (kind, value) => value === null || !kind.unit ? score(kind, value) : score(kind, value) + ' ' + kind.unit;
  const heading = kind => kind.unit ? `${kind.label}, ${kind.unit}` : kind.label;
  const kindAt = key => report.kinds.findIndex(kind => kind.key === key);
  const nameOf = group => group === '' ? '(no name)' : group;
  const axes = line => ['t', 'c', 'z'].filter(axis => line[axis] !== null).map(axis => `${axis} ${line[axis]}`).join(', ');
  const chip = verdict => h('span', { class: 'chip ' + verdict }, verdict);
  const cell = (value, attributes) => h('td', attributes, value === null || value === undefined || value === '' ? none : value);
  const seconds = value => value === null ? none : value >= 7200 ? number(value / 3600, 1) + ' h' : value >= 120 ? number(value / 60, 1) + ' min' : number(value, value < 1 ? 3 : 1) + ' s';

  function table(caption, heads, rows, textColumns) {
    const side = i => i < (textColumns || 1) ? 'text' : null;
    return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
      h('table', null, h('caption', null, caption), h('thead', null, h('tr', null, heads.map((head, i) => h('th', { scope: 'col', class: side(i) }, head)))),
        h('tbody', null, rows.map(row => h('tr', null, row.map((value, i) => i === 0 ? h('th', { scope: 'row', class: 'text' }, value) : cell(value, { class: side(i) })))))));
  }

  const sections = document.getElementById('sections');
  function section(id, title, ...children) {
    sections.append(h('li', null, h('a', { href: '#' + id }, title)));
    const element = h('section', { id, 'aria-labelledby': id + '-title', tabindex: -1 }, h('h2', { id: id + '-title' }, title), children);
    main.append(element);
    return element;
  }

  // Charts. Colours are the style sheet's, so each is drawn anew when these change: dark, light, paper.
  const charts = [];
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  const groupNames = [...new Set(report.planes.map(line => line.group))].sort();
  const colourOf = i => 'c' + Math.min(i, 6);

  function chart(caption, x, y, series, data, options) {
    const place = h('div', { class: 'chart', role: 'img', 'aria-label': caption });
    charts.push({ place, x, y, series, data, options: options || {} });
    return h('figure', null, place, h('figcaption', null, caption));
  }

  function draw(item) {
    if (item.drawn) item.drawn.destroy();
    const axis = label => ({ label, labelSize: 22, labelFont: '12px system-ui, sans-serif', font: '12px system-ui, sans-serif', stroke: colour('soft'), grid: { stroke: colour('line'), width: 1 }, ticks: { stroke: colour('line'), width: 1 } });
    const width = item.place.clientWidth;
    item.drawn = new uPlot({
      width, height: item.options.height || Math.max(210, Math.min(300, Math.round(width * 0.62))),
      scales: { x: { time: false, ...item.options.x }, y: { ...item.options.y } },
      axes: [{ ...axis(item.x), size: 34, space: 38 }, { ...axis(item.y), size: 54 }].map(one => ({ ...one, values: (plot, values) => values.map(value => value === null ? '' : value.toLocaleString('en', { maximumFractionDigits: 6 }).replace('-', '−')) })),
      cursor: { drag: { x: true, y: false } },
      legend: { markers: { fill: (plot, i) => colour(item.series[i - 1].colour) } },
      series: [{ label: item.options.name || item.x, value: (plot, value) => count(value), ...item.options.first }, ...item.series.map(one => ({
        label: one.label, stroke: colour(one.colour), width: one.dots ? 0 : 2, dash: one.dash, spanGaps: true, paths: one.dots ? () => null : undefined,
        points: { show: !!one.dots || !!one.marks, size: one.dots ? 8 : 6, fill: colour(one.colour), stroke: colour(one.colour) },
        value: (plot, value) => value === null || value === undefined ? none : one.value ? one.value(value) : String(value).replace('-', '−'),
      }))],
    }, item.data, item.place);
  }
  const drawAll = () => charts.forEach(item => { if (item.place.clientWidth > 0) draw(item); });

  function numbers(summary, ...content) { return h('details', null, h('summary', null, summary), content); }

  // Summary
  document.title = `${report.name} – ${report.run}`;
  document.getElementById('name').append(report.name, h('small', null, 'run ' + report.run));
  const sentence = one => one.section ? [one.text, ' ', h('a', { href: '#' + one.section }, 'Show', h('span', { class: 'quiet' }, ' ' + one.section))] : [one.text];
  const tile = (label, value, unit, style) => h('div', null, h('dt', null, label), h('dd', { class: style }, value, unit ? h('small', null, unit) : null));
  const meanTile = key => { const i = kindAt(key); return i < 0 || report.means[i] === null ? null : tile('Mean ' + report.kinds[i].label, score(report.kinds[i], report.means[i]), report.kinds[i].unit); };
  const [passed, warned, failed, left] = report.images;
  section('summary', 'Summary',
    h('dl', { class: 'tiles' }, tile('Images', count(passed + warned + failed)), tile('Pass', count(passed), null, 'pass'), tile('Warn', count(warned), null, warned ? 'warn' : null),
      tile('Fail', count(failed), null, failed ? 'fail' : null), left ? tile('Not done yet', count(left)) : null, meanTile('gainPsnr'), meanTile('gainSsim'), kindAt('gainPsnr') < 0 ? meanTile('rsp') : null),
    report.summary.sentences.map(one => h('p', null, one.text)),
    report.summary.lookFirst.length
      ? h('div', { class: 'look' }, h('h3', null, 'Look first at'), h('ul', null, report.summary.lookFirst.map(one => h('li', null, sentence(one)))))
      : h('p', null, 'Nothing asks for a second look.'));

  // Scores by group
  function ticks(low, high) {
    const rough = (high - low) / 4, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map(factor => factor * power).find(value => value >= rough);
    const found = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step);
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (step / power === 2.5 ? 1 : 0));
    return found.map(value => ({ value, text: number(value, Math.min(digits, 6)) }));
  }

  function strip(kind, distribution, row, highest) {
    const share = value => 100 * (value - distribution.low) / (distribution.high - distribution.low), width = 100 / row.counts.length, line = (style, from, to, y) => s('line', { class: style, x1: from + '%', x2: to + '%', y1: y[0], y2: y[1] });
    return s('svg', { role: 'img', 'aria-label': `${nameOf(row.group)}, ${row.split}: half of the planes from ${withUnit(kind, row.lowerQuartile)} to ${withUnit(kind, row.upperQuartile)}` },
      row.counts.map((planes, i) => planes ? s('rect', { class: 'bar', x: i * width + '%', width: width * 0.9 + '%', y: 26 - 26 * planes / highest, height: 26 * planes / highest }) : null),
      kind.isGain ? line('zero', share(0), share(0), [0, 34]) : null, line('axis', 0, 100, [26.5, 26.5]),
      line('quarters', share(row.lowerQuartile), share(row.upperQuartile), [30.5, 30.5]), line('middle', share(row.median), share(row.median), [26, 34]));
  }

  function distributionTable(kind, distribution) {
    const highest = Math.max(...distribution.rows.flatMap(row => row.counts));
    const marks = ticks(distribution.low, distribution.high);
    const scale = s('svg', { 'aria-hidden': 'true' }, marks.map((mark, i) => s('text', { class: 'tick', y: 11, x: 100 * (mark.value - distribution.low) / (distribution.high - distribution.low) + '%', 'text-anchor': i === 0 ? 'start' : i === marks.length - 1 ? 'end' : 'middle' }, mark.text)));
    return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': kind.label + ' by group' }, h('table', null,
      h('caption', null, `${heading(kind)}: planes by score. Line: median; bar below: middle half${kind.isGain ? '; dashed: no gain' : ''}.`),
      h('thead', null, h('tr', null, h('th', { scope: 'col', class: 'id' }, 'Group'), h('th', { scope: 'col', class: 'strip' }, heading(kind)), ['Median', 'Mean', 'Planes'].map(head => h('th', { scope: 'col' }, head)))),
      h('tbody', null, distribution.rows.map(row => h('tr', null, h('th', { scope: 'row', class: 'id' }, nameOf(row.group), h('small', null, [row.split, row.channel === null ? null : 'c ' + row.channel].filter(Boolean).join(', '))),
        h('td', { class: 'strip' }, strip(kind, distribution, row, highest)), cell(score(kind, row.median)), cell(score(kind, row.mean)), cell(count(row.planes))))),
      h('tfoot', null, h('tr', { 'aria-hidden': 'true' }, h('td'), h('td', { class: 'strip' }, scale), h('td', { colspan: 3 })))));
  }

  function meansTable() {
    const rows = new Map();
    report.distributions.forEach((distribution, i) => distribution.rows.forEach(row => {
      const key = JSON.stringify([row.split, row.group, row.channel]);
      if (!rows.has(key)) rows.set(key, { row, planes: 0, means: report.kinds.map(() => null) });
      rows.get(key).means[i] = row.mean;
      rows.get(key).planes = Math.max(rows.get(key).planes, row.planes);
    }));
    const lines = [...rows.values()];
    return table('Means by group', ['Group', 'Split', 'c', 'Planes', ...report.kinds.map(heading)],
      lines.map(one => [nameOf(one.row.group), one.row.split, one.row.channel, count(one.planes), ...one.means.map((mean, i) => score(report.kinds[i], mean))]), 2);
  }

  if (report.kinds.length === 0) {
    section('groups', 'Scores by group', h('p', { class: 'note' }, 'No plane has a score yet.'));
  } else {
    const shown = h('div'), meaning = h('p', { class: 'meaning' });
    const choose = h('select', { id: 'kind', onchange: () => show(choose.selectedIndex) }, report.kinds.map(kind => h('option', { value: kind.key }, kind.label)));
    const show = i => { meaning.textContent = report.kinds[i].meaning; shown.replaceChildren(distributionTable(report.kinds[i], report.distributions[i])); };
    section('groups', 'Scores by group', h('div', { class: 'controls' }, h('label', null, 'Score', choose)), meaning, shown, numbers('All means as a table', meansTable()));
    choose.selectedIndex = Math.max(0, kindAt('gainPsnr'));
    show(choose.selectedIndex);
  }

  // Gain over the input
  const psnr = kindAt('psnr');
  const compared = psnr < 0 ? [] : report.planes.filter(line => line.inputDb !== null && line.scores[psnr] !== null).sort((a, b) => a.inputDb - b.inputDb);
  if (compared.length === 0) {
    section('gain', 'Gain over the input', h('p', { class: 'note' }, 'No plane has a target, so there is nothing to compare the input with.'));
  } else {
    const x = compared.map(line => line.inputDb), groups = groupNames.filter(name => compared.some(line => line.group === name));
    const shownGroups = groups.length > 7 ? groups.slice(0, 6) : groups;
    const series = shownGroups.map((name, i) => ({ label: nameOf(name), colour: colourOf(i), dots: true, value: value => number(value, 2) + ' dB' }));
    const data = [x, ...shownGroups.map(name => compared.map(line => line.group === name ? line.scores[psnr] : null))];
    if (groups.length > 7) {
      series.push({ label: `${groups.length - 6} more groups`, colour: 'c6', dots: true });
      data.push(compared.map(line => shownGroups.includes(line.group) ? null : line.scores[psnr]));
    }
    series.push({ label: 'no gain', colour: 'soft', dash: [5, 5], value: value => number(value, 2) + ' dB' });
    data.push(x);
    const better = compared.filter(line => line.scores[psnr] > line.inputDb).length;
    section('gain', 'Gain over the input',
      h('p', null, `Each dot is a plane. Above the dashed line the output is nearer to the target than the upsampled input: ${count(better)} of ${count(compared.length)} planes.`),
      chart(`PSNR of the output against PSNR of the upsampled input, ${count(compared.length)} planes; ${count(better)} gain.`, 'PSNR of the upsampled input, dB', 'PSNR of the output, dB', series, data,
        { height: 340, name: 'Input', first: { value: (plot, value, i, at) => at === null || at === undefined ? none : `${compared[at].image}: ${number(value, 2)} dB` } }),
      h('p', { class: 'note' }, 'Both numbers of every plane are in the table under ', h('a', { href: '#planes' }, 'All planes'), '.'));
  }

  // Pictures
  function barLength(widthUm) {
    const most = widthUm / 3, power = 10 ** Math.floor(Math.log10(most));
    return [5, 2, 1].map(factor => factor * power).find(value => value <= most);
  }

  function frame(source, text, inset, view, scaleBar) {
    const picture = h('div', { class: inset ? 'frame inset' : 'frame' }, h('img', { src: source, alt: text }));
    if (!inset) {
      const box = h('div', { class: 'box', 'aria-hidden': 'true' });
      ['left', 'top', 'width', 'height'].forEach((side, i) => { box.style[side] = 100 * view.insetAt[i] + '%'; });
      picture.append(box);
    }
    const width = view.widthUm === null ? null : inset ? view.widthUm * view.insetAt[2] : view.widthUm;
    if (scaleBar && width) {
      const length = barLength(width), bar = h('div', { class: 'length' }, h('span', null, length >= 1 ? length + ' µm' : Math.round(length * 1000) + ' nm'));
      bar.style.width = 100 * length / width + '%';
      picture.append(bar);
    }
    return picture;
  }

  function spectra(view, where) {
    const spectrum = view.spectra, frequencies = `Spatial frequency, 1/${spectrum.unit}`;
    const padded = values => spectrum.frequency.map((_, i) => i < values.length ? values[i] : null);
    const all = [['Input', spectrum.input, 'c4'], ['Output', spectrum.output, 'c0'], ['Target', spectrum.target, 'c1']].filter(one => one[1].length);
    const every = Math.max(1, Math.floor(spectrum.frequency.length / 16));
    return h('div', null, h('h4', null, 'Power spectrum'),
      chart(`Power by spatial frequency, ${where}.`, frequencies, 'Power, dB', all.map(one => ({ label: one[0], colour: one[2], dash: one[0] === 'Target' ? [6, 3] : undefined, value: value => number(value, 1) + ' dB' })),
        [spectrum.frequency, ...all.map(one => padded(one[1]))], { height: 230, name: 'At', first: { value: (plot, value) => value === null || value === undefined ? none : `${number(value, 2)} / ${spectrum.unit}` } }),
      numbers('Numbers', table('Power in dB, ' + where, [frequencies, ...all.map(one => one[0])],
        spectrum.frequency.map((frequency, i) => [number(frequency, 3), ...all.map(one => number(padded(one[1])[i], 1))]).filter((_, i) => i % every === 0))));
  }

  function plane(view) {
    const line = view.line, where = [line.image, axes(line)].filter(Boolean).join(', ');
    const scores = report.kinds.map((kind, i) => line.scores[i] === null ? null : h('div', null, h('dt', null, kind.label), h('dd', { class: kind.isGain && line.scores[i] < 0 ? 'fail' : null }, withUnit(kind, line.scores[i]))));
    const pictures = view.panels.map((panel, i) => h('div', { class: 'panel' }, h('span', null, panel.name),
      frame(panel.whole, `${panel.name} of ${where}`, false, view, i === 0), frame(panel.inset, `${panel.name} of ${where}, enlarged`, true, view, i === 0)));
    return h('article', { class: 'plane', tabindex: -1 },
      h('div', { class: 'head' }, h('h3', null, where), chip(line.verdict), h('span', { class: 'note' }, `${nameOf(line.group)}, ${line.split}, ${count(line.width)} × ${count(line.height)} pixels`),
        h('dl', { class: 'scores' }, scores)),
      line.reasons ? h('p', { class: line.verdict }, line.reasons) : null, view.notes.map(note => h('p', { class: 'note' }, note)),
      pictures.length ? h('div', { class: 'look-at' }, h('div', null, h('div', { class: 'panels' }, pictures),
        view.errorMeaning ? h('div', { class: 'scale' }, h('span', null, '0'), h('img', { src: report.errorScale, alt: 'Colours from dark to bright' }), h('span', null, view.errorHigh), h('p', null, view.errorMeaning)) : null),
        view.spectra ? spectra(view, where) : null) : null);
  }

  const atFirst = 6, later = report.worst.slice(atFirst);
  const showAll = h('button', { type: 'button', class: 'button more', onclick: () => {
    const before = charts.length, planes = later.map(plane);
    showAll.replaceWith(...planes);
    charts.slice(before).forEach(draw);
    planes[0].focus();
  } }, `Show ${later.length} more`);
  section('worst', 'Worst images first', report.worst.length
    ? [h('p', null, `The worst plane of ${report.worst.length === 1 ? 'the image' : `each of ${report.worst.length} images`}: first by verdict, then by the gain over the input; those without a target last. Yellow squares are enlarged below, where the error is greatest. All pictures of a plane have the same contrast.`),
      report.worst.slice(0, atFirst).map(plane), later.length ? showAll : null]
    : h('p', { class: 'note' }, 'No image is done yet.'));

  // Training
  const trainings = report.trainings.map(curve => {
    const name = curve.group === null ? 'All images' : 'Group ' + nameOf(curve.group);
    const has = values => values.some(value => value !== null);
    const losses = [['Generator', curve.generator, 'c0'], ['Discriminator', curve.discriminator, 'c1'], ['Adversarial', curve.adversarial, 'c2']].filter(one => has(one[1]));
    const validated = curve.step.map((step, i) => [step, curve.validationPsnrDb[i], curve.validationSsim[i]]).filter(row => row[1] !== null);
    const every = Math.max(1, Math.floor(curve.step.length / 40));
    const best = validated.length ? validated.reduce((a, b) => b[1] > a[1] ? b : a) : null;
    return h('div', null, report.trainings.length > 1 ? h('h3', null, name) : null, h('div', { class: 'charts' },
      chart(`Losses over ${count(curve.step.at(-1))} steps.`, 'Step', 'Loss', losses.map(one => ({ label: one[0], colour: one[2], value: value => value.toPrecision(3) })), [curve.step, ...losses.map(one => one[1])]),
      validated.length ? chart(`PSNR of the validation planes: best ${number(best[1], 2)} dB at step ${count(best[0])}.`, 'Step', 'Validation PSNR, dB', [{ label: 'PSNR', colour: 'c0', marks: true, value: value => number(value, 2) + ' dB' }],
        [validated.map(row => row[0]), validated.map(row => row[1])]) : h('p', { class: 'note' }, 'There was no validation.')),
      numbers('Numbers', table('Training, ' + name, ['Step', ...losses.map(one => one[0] + ' loss'), 'Validation PSNR, dB', 'Validation SSIM'],
        curve.step.map((step, i) => [count(step), ...losses.map(one => one[1][i] === null ? none : one[1][i].toPrecision(4)), number(curve.validationPsnrDb[i], 2), number(curve.validationSsim[i], 3)]).filter((row, i) => i % every === 0 || curve.validationPsnrDb[i] !== null))));
  });
  section('training', 'Training', trainings.length || report.trainingNotes.length ? trainings : h('p', { class: 'note' }, 'There is no training.parquet in the run folder: the model was trained elsewhere, or not yet.'), report.trainingNotes.map(note => h('p', { class: 'note' }, note)));

  // Failures
  section('failed', 'What failed and why',
    report.failed.length ? h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Failed images' }, h('table', null,
      h('thead', null, h('tr', null, h('th', { scope: 'col', class: 'id' }, 'Image'), h('th', { scope: 'col', class: 'text' }, 'Reason'))),
      h('tbody', null, report.failed.map(one => h('tr', null, h('th', { scope: 'row', class: 'id' }, one.image), h('td', { class: 'text long' }, one.reason || none)))))) : h('p', null, 'Nothing failed.'),
    report.failedOfRun > report.failed.length ? h('p', { class: 'note' }, `The first ${count(report.failed.length)} of ${count(report.failedOfRun)}; all are in quality.parquet.`) : null,
    left ? h('p', null, `Not done yet: ${count(left)}. `, numbers('Which', h('p', { class: 'note' }, report.left.join(', ') + (left > report.left.length ? ' …' : '')))) : null);

  // Time
  function stageTable({ attempts, attemptsOfRun, totals }) {
    const waits = [['Waiting for reading', totals.waitedForReadingSeconds], ['Waiting for writing, scoring', totals.waitedForWritingSeconds], ['Waiting for the last images', totals.waitedForEndSeconds]];
    const clock = waits.reduce((sum, wait) => sum + wait[1], totals.networkSeconds) || 1e-3, longest = Math.max(clock, totals.readingSeconds, totals.writingSeconds + totals.scoringSeconds);
    const share = value => number(100 * value / clock, 0) + ' %';
    const row = (name, style, start, value) => h('tr', null, h('th', { scope: 'row', class: 'id' }, name),
      h('td', { class: 'strip low' }, s('svg', { 'aria-hidden': 'true' }, s('rect', { class: style, x: 100 * start / longest + '%', width: 100 * value / longest + '%', y: 3, height: 12 }))),
      cell(seconds(value)), cell(share(value)));
    let start = totals.networkSeconds;
    const waited = waits.map(([name, value]) => { start += value; return row(name, 'waited', start - value, value); });
    const kept = totals.computedPixels ? Math.round(100 * totals.keptPixels / totals.computedPixels) : 100;
    const told = attempts < attemptsOfRun ? `${count(attempts)} of ${count(attemptsOfRun)} attempts` : attempts === 1 ? 'one attempt' : `${count(attempts)} attempts`;
    return [h('h3', null, 'What enhancing was busy with'),
      h('p', null, `The network was busy ${share(totals.networkSeconds)} of the time${totals.computedPixels ? ` and computed ${number(totals.computedPixels / 1e6 / (totals.networkSeconds || 1e-3), 2)} megapixels/s` : ''}${kept < 100 ? `, of which ${kept} % were kept and the others are halos` : ''}.`),
      h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Time by stage' }, h('table', null,
        h('caption', null, `Reading, the network, and writing with scoring go on side by side; 100 % is the time on the clock, ${seconds(clock)} of ${told}. Grey: the network waits.`),
        h('thead', null, h('tr', null, h('th', { scope: 'col', class: 'id' }, 'Stage'), h('th', { scope: 'col', class: 'strip low' }, h('span', { class: 'quiet' }, 'Bar')), ['Time', 'Share'].map(head => h('th', { scope: 'col' }, head)))),
        h('tbody', { id: 'stages' }, row('Reading', 'bar', 0, totals.readingSeconds), row('Network', 'bar', 0, totals.networkSeconds), waited,
          row('Writing', 'bar', 0, totals.writingSeconds), row('Scoring', 'bar', totals.writingSeconds, totals.scoringSeconds))))];
  }

  section('time', 'How long it took', report.work.length
    ? [h('p', { class: 'note' }, 'Seconds of a plane are its reading, network, writing and scoring; planes are worked on side by side, so their sum may exceed the time on the clock. Interrupted attempts count as far as they left a part.'),
      table('Time by device', ['Work', 'Node', 'Device', 'Precision', 'Attempts', 'Images', 'Planes', 'Sum', 'Each', 'Megapixels/s', 'First done, UTC', 'Last done, UTC'],
        report.work.map(one => [one.stage, one.node, one.device, one.precision, count(one.tasks), count(one.images), count(one.planes), seconds(one.seconds),
          one.medianSeconds === null ? none : seconds(one.medianSeconds) + (one.planes === null ? ' a step' : ' a plane'), number(one.megapixelsPerSecond, 2), one.first, one.last]), 4),
      report.stages ? stageTable(report.stages) : null]
    : h('p', { class: 'note' }, 'No part in quality/ tells how long it took.'));

  // All planes
  const lines = report.planes, hasAxis = axis => lines.some(line => line[axis] !== null);
  const columns = [
    { label: 'Image', style: 'id', of: line => line.image }, { label: 'Group', style: 'text', of: line => nameOf(line.group) }, { label: 'Split', style: 'text', of: line => line.split },
    ...['t', 'c', 'z'].filter(hasAxis).map(axis => ({ label: axis, of: line => line[axis] })),
    { label: 'Verdict', style: 'text', of: line => ['pass', 'warn', 'fail'].indexOf(line.verdict), show: line => chip(line.verdict) },
    ...(psnr < 0 ? [] : [{ label: 'Input PSNR, dB', of: line => line.inputDb, show: line => number(line.inputDb, 2) }]),
    ...report.kinds.map((kind, i) => ({ label: heading(kind), of: line => line.scores[i], show: line => score(kind, line.scores[i]) })),
    { label: 'Pixels', of: line => line.width === null ? null : line.width * line.height, show: line => line.width === null ? none : `${line.width} × ${line.height}` },
    { label: 'Time, s', of: line => line.seconds, show: line => number(line.seconds, 3) }, { label: 'Device', style: 'text', of: line => line.device },
    // What failed has its whole reason above; here it would make rows tall.
    { label: 'Reason', style: 'text long', of: line => line.reasons, show: line => line.verdict === 'fail' && line.reasons && line.reasons.length > 140 ? line.reasons.slice(0, 140) + ' …' : line.reasons },
  ];
  const page = 100;
  let sorted = { column: -1, down: false }, room = page;
  const search = h('input', { type: 'search', id: 'search', autocomplete: 'off', oninput: () => refill(true) });
  const option = value => h('option', { value }, nameOf(value));
  const byVerdict = h('select', { id: 'verdict', onchange: () => refill(true) }, h('option', { value: 'all' }, 'all'), ['pass', 'warn', 'fail'].map(option));
  const byGroup = h('select', { id: 'group', onchange: () => refill(true) }, h('option', null, 'all'), groupNames.map(option));
  const found = h('p', { class: 'found', role: 'status' }), body = h('tbody'), more = h('button', { type: 'button', class: 'button more', onclick: () => { room += page; refill(false); } });
  const heads = columns.map((column, i) => h('th', { scope: 'col', class: column.style === 'text long' ? 'text' : column.style }, h('button', { type: 'button', onclick: () => sort(i) }, column.label)));

  function sort(column) {
    sorted = { column, down: sorted.column === column && !sorted.down };
    heads.forEach((head, i) => i === column ? head.setAttribute('aria-sort', sorted.down ? 'descending' : 'ascending') : head.removeAttribute('aria-sort'));
    refill(true);
  }

  function refill(fromTop) {
    if (fromTop) room = page;
    const wanted = search.value.trim().toLowerCase();
    const hits = lines.filter(line => (byVerdict.value === 'all' || line.verdict === byVerdict.value) && (byGroup.selectedIndex === 0 || line.group === groupNames[byGroup.selectedIndex - 1])
      && (wanted === '' || [line.image, line.group, line.split, line.reasons, line.device].some(text => text !== null && text.toLowerCase().includes(wanted))));
    if (sorted.column >= 0) {
      const of = columns[sorted.column].of, sign = sorted.down ? -1 : 1;
      // What has no value comes last, whichever way.
      hits.sort((a, b) => { const x = of(a), y = of(b); return x === y ? 0 : x === null ? 1 : y === null ? -1 : sign * (typeof x === 'string' ? x.localeCompare(y, 'en', { numeric: true }) : x - y); });
    }
    body.replaceChildren(...hits.slice(0, room).map(line => h('tr', null, columns.map((column, i) => i === 0 ? h('th', { scope: 'row', class: column.style }, column.of(line)) : cell(column.show ? column.show(line) : column.of(line), { class: column.style })))));
    found.textContent = `${count(hits.length)} of ${count(lines.length)}`;
    more.hidden = hits.length <= room;
    more.textContent = `Show ${count(Math.min(page, hits.length - room))} more`;
  }

  section('planes', 'All planes',
    report.planesOfRun > lines.length ? h('p', { class: 'note' }, `The worst ${count(lines.length)} of ${count(report.planesOfRun)}; all are in quality.parquet.`) : null,
    h('div', { class: 'controls' }, h('label', null, 'Verdict', byVerdict), h('label', null, 'Group', byGroup), h('label', null, 'Text', search), found),
    h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'All planes' }, h('table', { id: 'all' }, h('thead', null, h('tr', null, heads)), body)), more);
  refill(true);

  // Origin
  section('origin', 'Where it comes from', h('dl', { class: 'facts' }, report.origin.facts.map(([name, value]) => [h('dt', null, name), h('dd', null, value)])),
    h('h3', null, 'To make it again'), h('pre', { tabindex: 0, 'aria-label': 'Commands' }, h('code', null, report.origin.commands.join('\n'))));

  drawAll();
  ['(prefers-color-scheme: dark)', 'print'].forEach(query => matchMedia(query).addEventListener('change', drawAll));
  let pending = 0, before = innerWidth;
  addEventListener('resize', () => { if (innerWidth !== before) { before = innerWidth; clearTimeout(pending); pending = setTimeout(drawAll, 120); } });
})();
