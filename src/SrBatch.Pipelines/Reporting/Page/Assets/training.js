// Training
const trainings = report.trainings.map(curve => {
  const name = curve.group === null ? 'All images' : 'Group ' + nameOf(curve.group);
  const has = values => values.some(value => value !== null);
  const losses = [
    ['Generator', curve.generator, 'c0'],
    ['Discriminator', curve.discriminator, 'c1'],
    ['Adversarial', curve.adversarial, 'c2'],
  ].filter(one => has(one[1]));
  const validated = curve.step
    .map((step, i) => [step, curve.validationPsnrDb[i], curve.validationSsim[i]])
    .filter(row => row[1] !== null);
  const every = Math.max(1, Math.floor(curve.step.length / 40));
  const best = validated.length ? validated.reduce((a, b) => (b[1] > a[1] ? b : a)) : null;
  return h(
    'div',
    null,
    report.trainings.length > 1 ? h('h3', null, name) : null,
    h(
      'div',
      { class: 'charts' },
      chart(
        `Losses over ${count(curve.step.at(-1))} steps.`,
        'Step',
        'Loss',
        losses.map(one => ({ label: one[0], colour: one[2], value: value => value.toPrecision(3) })),
        [curve.step, ...losses.map(one => one[1])],
      ),
      validated.length
        ? chart(
            `PSNR of the validation planes: best ${number(best[1], 2)} dB at step ${count(best[0])}.`,
            'Step',
            'Validation PSNR, dB',
            [{ label: 'PSNR', colour: 'c0', marks: true, value: value => number(value, 2) + ' dB' }],
            [validated.map(row => row[0]), validated.map(row => row[1])],
          )
        : h('p', { class: 'note' }, 'There was no validation.'),
    ),
    numbers(
      'Numbers',
      table(
        'Training, ' + name,
        ['Step', ...losses.map(one => one[0] + ' loss'), 'Validation PSNR, dB', 'Validation SSIM'],
        curve.step
          .map((step, i) => [
            count(step),
            ...losses.map(one => (one[1][i] === null ? none : one[1][i].toPrecision(4))),
            number(curve.validationPsnrDb[i], 2),
            number(curve.validationSsim[i], 3),
          ])
          .filter((row, i) => i % every === 0 || curve.validationPsnrDb[i] !== null),
      ),
    ),
  );
});
section(
  'training',
  'Training',
  trainings.length || report.trainingNotes.length
    ? trainings
    : h('p', { class: 'note' }, 'There is no training.parquet in the run folder: the model was trained elsewhere, or not yet.'),
  report.trainingNotes.map(note => h('p', { class: 'note' }, note)),
);
