// Gain over the input
const psnr = kindAt('psnr');
const compared =
  psnr < 0
    ? []
    : report.planes.filter(line => line.inputDb !== null && line.scores[psnr] !== null).sort((a, b) => a.inputDb - b.inputDb);
if (compared.length === 0) {
  section(
    'gain',
    'Gain over the input',
    h('p', { class: 'note' }, 'No plane has a target, so there is nothing to compare the input with.'),
  );
} else {
  const x = compared.map(line => line.inputDb),
    groups = groupNames.filter(name => compared.some(line => line.group === name));
  const shownGroups = groups.length > 7 ? groups.slice(0, 6) : groups;
  const series = shownGroups.map((name, i) => ({
    label: nameOf(name),
    colour: colourOf(i),
    dots: true,
    value: value => number(value, 2) + ' dB',
  }));
  const data = [x, ...shownGroups.map(name => compared.map(line => (line.group === name ? line.scores[psnr] : null)))];
  if (groups.length > 7) {
    series.push({ label: `${groups.length - 6} more groups`, colour: 'c6', dots: true });
    data.push(compared.map(line => (shownGroups.includes(line.group) ? null : line.scores[psnr])));
  }
  series.push({ label: 'no gain', colour: 'soft', dash: [5, 5], value: value => number(value, 2) + ' dB' });
  data.push(x);
  const better = compared.filter(line => line.scores[psnr] > line.inputDb).length;
  section(
    'gain',
    'Gain over the input',
    h(
      'p',
      null,
      'Each dot is a plane. Above the dashed line, the output is closer to the target than the upsampled input: ' +
        `${count(better)} of ${count(compared.length)} planes.`,
    ),
    chart(
      `PSNR of the output against PSNR of the upsampled input, ${count(compared.length)} planes; ${count(better)} gain.`,
      'PSNR of the upsampled input, dB',
      'PSNR of the output, dB',
      series,
      data,
      {
        height: 340,
        name: 'Input',
        first: {
          value: (plot, value, i, at) =>
            at === null || at === undefined ? none : `${compared[at].image}: ${number(value, 2)} dB`,
        },
      },
    ),
    h(
      'p',
      { class: 'note' },
      'Both numbers of every plane are in the table under ',
      h('a', { href: '#planes' }, 'All planes'),
      '.',
    ),
  );
}
